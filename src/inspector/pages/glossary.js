/** The words of the lab. Those of docs/lab.md are the same, which a test holds. */
export const glossary = {
  code: 'What the server gives the browser after a sign-on. The application brings it to /token and gets tokens for it. It works once, for a short time.',
  verifier: 'A secret random text that the application makes for one sign-on. It is sent to /token only.',
  challenge: 'What the application sends to /authorize in place of the verifier: its hash with S256, the verifier itself with plain.',
  Mallory: 'The attacker. She sees what goes through the browser, not what goes straight from the application to the server.',
  'front channel':
    'The way through the browser, by redirects. What goes there can be read: in the history, in logs, by other apps and extensions.',
  'back channel': 'The way straight from the application to the server, over https. The browser does not see it.',
  S256: 'The safe way to make a challenge: BASE64URL(SHA256(verifier)). There is no practical way back from the challenge to the verifier.',
  plain: 'The weak way: the challenge is the verifier. Anyone who reads the challenge has everything.',
  pkceEnforcement:
    'PingOne’s setting of an application: OPTIONAL lets requests without PKCE pass, REQUIRED asks for a challenge, S256_REQUIRED for one made with S256.',
  token: 'What the application wants in the end: an access token opens an API, an ID token says who signed on.',
  'refresh token': 'Gets new tokens later, without another sign-on. It is worth more to a thief than an access token.',
  client: 'What OAuth calls the application.',
  'public client': 'An application that cannot keep a secret, because it runs in a browser or on a phone. Anybody can send its client_id.',
  redirect_uri: 'Where the server sends the browser with the code. The application registers it, and the server compares it exactly.',
  state:
    'A random text that the application sends to /authorize and expects back with the code. It shows that the answer belongs to a request of this browser.',
  downgrade: 'An attack that makes both sides use something weaker than they could.',
  'code injection': 'An attack that puts the attacker’s code into somebody else’s sign-on.',
  'identity provider': 'A server where people sign on for another one: “Sign on with …”.',
  iss: 'A parameter beside the code that names the server which issued it (RFC 9207).',
  'mix-up': 'An attack that makes an application take one provider’s answer for another’s.',
  phishing: 'A page that looks like the real one, so that people type their passwords and codes into it.',
  passcode:
    'A few digits that work once. The server sends them, or an app on the phone computes them, and the user types them as a second factor.',
  passkey: 'A key pair for one site. The private key stays on the device and signs what the server asks, together with the page’s origin.',
  origin: 'Where a page comes from: scheme, host and port, as https://example.com. The browser knows it, whatever the page looks like.',
};

/** Where a word is in the glossary of the page. */
export const anchorOf = (word) => `word-${word.toLowerCase().replaceAll(/[ _]/g, '-')}`;
