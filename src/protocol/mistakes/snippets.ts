/** The languages that a client's developer can choose from. */
export type Language = 'javascript' | 'java' | 'kotlin' | 'swift' | 'python' | 'go' | 'csharp';

/** How a verifier and its challenge are made (RFC 7636 §4.1, §4.2), by language. */
export const pkceSnippets: Readonly<Record<Language, string>> = {
  javascript: `const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
const challenge = base64url(new Uint8Array(digest));

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}`,
  java: `byte[] random = new byte[32];
new SecureRandom().nextBytes(random);
Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
String verifier = base64url.encodeToString(random);
byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
String challenge = base64url.encodeToString(digest);`,
  kotlin: `val random = ByteArray(32).also { SecureRandom().nextBytes(it) }
val base64url = Base64.getUrlEncoder().withoutPadding()
val verifier = base64url.encodeToString(random)
val digest = MessageDigest.getInstance("SHA-256").digest(verifier.toByteArray(Charsets.US_ASCII))
val challenge = base64url.encodeToString(digest)`,
  swift: `func base64url(_ data: Data) -> String {
  data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
    .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
}
let verifier = base64url(Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }))
let challenge = base64url(Data(SHA256.hash(data: Data(verifier.utf8))))`,
  python: `verifier = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode("ascii")
digest = hashlib.sha256(verifier.encode("ascii")).digest()  # digest(), not hexdigest()
challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")`,
  go: `random := make([]byte, 32)
if _, err := rand.Read(random); err != nil {
	return err
}
verifier := base64.RawURLEncoding.EncodeToString(random)
digest := sha256.Sum256([]byte(verifier))
challenge := base64.RawURLEncoding.EncodeToString(digest[:])`,
  csharp: `static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_').TrimEnd('=');

string verifier = Base64Url(RandomNumberGenerator.GetBytes(32));
string challenge = Base64Url(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));`,
};

/** The names of the languages. */
export const languageNames: Readonly<Record<Language, string>> = {
  javascript: 'JavaScript',
  java: 'Java',
  kotlin: 'Kotlin',
  swift: 'Swift',
  python: 'Python',
  go: 'Go',
  csharp: 'C#',
};
