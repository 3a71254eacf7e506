/** The PKCE calculator: computes a challenge while you type, and explains what is wrong with yours. */
import { comparison } from './bytes.js';
import { api, copyButton, field, fill, h, panel, parameters, select, show, solid } from './dom.js';
import { ruleInWords } from './explain.js';
import { challengeOf, newVerifier } from './pkce.js';
import { transformation } from './transformation.js';
import { whyBox } from './why.js';

const appendixB = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

async function calculator(main) {
  const verifier = h('input.code', {
    id: 'verifier',
    value: parameters.get('verifier') ?? appendixB,
    spellcheck: false,
    autocomplete: 'off',
    oninput: draw,
  });
  const mine = h('input.code', {
    id: 'mine',
    value: parameters.get('challenge') ?? '',
    spellcheck: false,
    autocomplete: 'off',
    placeholder: 'paste what your code computed',
    oninput: draw,
  });
  const method = select({ id: 'method', onchange: draw }, [['S256'], ['plain']]);
  const challenge = h('output.value', { htmlFor: 'verifier' });
  const rules = h('p.pills');
  const bytes = h('div');
  const verdict = h('div.verdicts', { 'aria-live': 'polite' });
  let asked = 0;

  async function draw() {
    const turn = ++asked;
    const text = verifier.value;
    const computed = method.value === 'S256' ? await challengeOf(text) : text;
    if (turn !== asked) return;
    const long = text.length >= 43 && text.length <= 128;
    const clean = /^[A-Za-z0-9\-._~]*$/.test(text);
    challenge.textContent = computed;
    fill(
      rules,
      h(`span.pill.${long ? 'good' : 'bad'}`, `${long ? '✓' : '✗'} ${text.length} characters, of 43 to 128`),
      h(`span.pill.${clean ? 'good' : 'bad'}`, `${clean ? '✓' : '✗'} only A-Z a-z 0-9 - . _ ~`),
    );
    fill(bytes, text.length <= 256 && transformation(text, method.value));
    if (mine.value === '')
      return fill(
        verdict,
        h('p.muted', 'Paste the challenge that your code computes from this verifier, to see where and why it differs.'),
      );
    const answer = await api.send('POST', 'pkce/diagnose', { challenge: mine.value, method: method.value, verifier: verifier.value });
    if (turn !== asked) return;
    const { diagnosis } = answer;
    fill(
      verdict,
      comparison(['yours', mine.value], ['computed', computed]),
      diagnosis ? whyBox(diagnosis, undefined, true) : h('p.outcome.good', '✓ Correct: the server would accept this pair.'),
      h(
        'ul.pills',
        [...answer.checks.authorize, ...answer.checks.token].map(({ rule, ok }) =>
          h(`li.pill.${ok ? 'good' : 'bad'}`, `${ok ? '✓' : '✗'} ${ruleInWords(rule)}`),
        ),
      ),
    );
  }

  main.append(
    h(
      'div.page',
      h('h1', 'PKCE calculator'),
      h('p.lead', 'From the verifier to the challenge, byte by byte, as you type. It starts with the example of RFC 7636, appendix B.'),
      h(
        'div.columns',
        panel(
          'Your verifier',
          field('code_verifier', verifier, rules),
          field('code_challenge_method', method),
          h(
            'div.row',
            solid('New verifier', () => {
              verifier.value = newVerifier();
              void draw();
            }),
            copyButton('Copy verifier', () => verifier.value),
            copyButton('Copy challenge', () => challenge.textContent),
          ),
          h('div.field', h('h3', 'code_challenge'), challenge),
        ),
        panel('Why does mine not match?', field('My challenge', mine), verdict),
      ),
      panel('Byte by byte', bytes),
    ),
  );
  await draw();
}

show(calculator);
