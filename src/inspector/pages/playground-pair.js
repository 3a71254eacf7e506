/** The playground's PKCE pair: visible, editable, and broken with one click. */
import { announce, api, button, fill, h, root } from './dom.js';
import { challengeOf, newVerifier } from './pkce.js';
import { parameterField, stepOf } from './playground-parts.js';

const isRight = /^[A-Za-z0-9_-]{43}$/;

export function pairStep(play) {
  const { run, tables, fields } = play;
  const meaningOf = (name) => [...tables.authorize, ...tables.token].find((each) => each.name === name);
  const verifier = parameterField(meaningOf('code_verifier'), async (value) => {
    run.verifier = value;
    run.mistake = undefined;
    if (play.get('code_challenge_method') === 'S256') play.set('code_challenge', await challengeOf(value));
    else play.changed();
  });
  const edited = (name) => (value) => {
    run.mistake = undefined;
    play.set(name, value);
  };
  for (const name of ['code_challenge', 'code_challenge_method']) fields.set(name, parameterField(meaningOf(name), edited(name)));
  const verdict = h('p', { role: 'status' });
  const use = ({ verifier: sent, challenge, method }, mistake) => {
    run.verifier = sent ?? '';
    run.mistake = mistake;
    run.token.delete('code_verifier');
    play.set('code_challenge', challenge);
    play.set('code_challenge_method', method);
  };
  const renew = async () => {
    const made = newVerifier();
    use({ verifier: made, challenge: await challengeOf(made), method: 'S256' });
    announce('A new pair');
  };
  const mistakes = tables.mistakes.map(({ code, label }) =>
    button(
      label,
      async () => {
        if (run.mistake === code) return renew();
        const right = run.mistake === undefined && isRight.test(run.verifier ?? '') ? run.verifier : newVerifier();
        use(await api.send('POST', 'pkce/mistake', { mistake: code, verifier: right }), code);
      },
      { value: code },
    ),
  );
  let turn = 0;
  const judge = async () => {
    const mine = ++turn;
    verifier.show(run.verifier);
    for (const name of ['code_challenge', 'code_challenge_method']) fields.get(name).show(play.get(name));
    for (const each of mistakes) each.ariaPressed = String(each.value === run.mistake);
    const [challenge, method] = [play.get('code_challenge'), play.get('code_challenge_method')];
    const computed = run.verifier === undefined ? undefined : method === 'S256' ? await challengeOf(run.verifier) : run.verifier;
    if (mine !== turn) return;
    const label = tables.mistakes.find(({ code }) => code === run.mistake)?.label;
    const [tone, text] =
      label !== undefined
        ? ['bad', `✗ One mistake: ${label}. Send it, and read what the server says.`]
        : computed === undefined
          ? ['mute', 'The verifier is not part of this address. Make a new pair, or paste it.']
          : challenge === '' && run.verifier === ''
            ? ['mute', 'No PKCE: neither a challenge nor a verifier.']
            : computed === challenge
              ? ['good', `✓ A right pair: the challenge is ${method === 'S256' ? 'the SHA-256 of the verifier' : 'the verifier itself'}.`]
              : ['bad', '✗ The challenge is not made of this verifier.'];
    fill(verdict, h(`b.${tone}`, text));
  };
  play.listeners.push(judge);
  return stepOf(2, 'The PKCE pair', [
    h('div.play-fields', verifier, fields.get('code_challenge'), fields.get('code_challenge_method')),
    verdict,
    h('div.row', button('New pair', renew), h('a.quiet', { href: new URL('pkce', root) }, 'Byte by byte')),
    h('fieldset.play-mistakes', h('legend', 'Make one mistake'), mistakes),
  ]);
}
