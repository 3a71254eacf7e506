// Asks the browser for a passkey, and sends its answer with the form of the page.

const form = document.querySelector('form[data-options]');
const problem = document.querySelector('#passkey-problem');

/** PingOne writes bytes as signed numbers. */
const bytes = (numbers) => Uint8Array.from(numbers, (number) => number & 255);

const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const optionsOf = ({ challenge, allowCredentials, ...rest }) => ({
  ...rest,
  challenge: bytes(challenge),
  allowCredentials: allowCredentials.map(({ id, type }) => ({ type, id: bytes(id) })),
});

const toJson = ({ id, rawId, type, response }) =>
  JSON.stringify({
    id,
    rawId: base64url(rawId),
    type,
    response: {
      clientDataJSON: base64url(response.clientDataJSON),
      authenticatorData: base64url(response.authenticatorData),
      signature: base64url(response.signature),
      ...(response.userHandle && { userHandle: base64url(response.userHandle) }),
    },
    clientExtensionResults: {},
  });

const say = (text) => {
  problem.textContent = text;
  problem.hidden = false;
};

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!window.PublicKeyCredential) {
    say('Passkeys work on pages of https:// and of http://localhost only.');
    return;
  }
  problem.hidden = true;
  // biome-ignore lint/plugin: the page itself has written it
  const options = JSON.parse(form.dataset.options);
  try {
    const credential = await navigator.credentials.get({ publicKey: optionsOf(options) });
    form.elements.assertion.value = toJson(credential);
    form.elements.origin.value = location.origin;
    form.submit();
  } catch (error) {
    say(error.name === 'NotAllowedError' ? 'No passkey was used. Please try again.' : `The browser refused: ${error.message}`);
  }
});
