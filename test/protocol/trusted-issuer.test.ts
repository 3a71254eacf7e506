import t from 'tap';
import { issuerClaimsProblem } from '../../src/protocol/trusted-issuer.js';

t.test('the claims of a third party’s token are judged by the rules of its issuer', async (t) => {
  const now = 1000;
  const cases: [name: string, claims: object, rules: object, problem: RegExp | undefined][] = [
    ['nothing asked', {}, {}, undefined],
    ['fresh', { exp: 1001, nbf: 1000, iat: 1000 }, {}, undefined],
    ['expired', { exp: 1000 }, {}, /expired at 1000/],
    ['expired within the skew', { exp: 1000 }, { clockSkew: 1 }, undefined],
    ['not valid yet', { nbf: 1001 }, {}, /not valid before 1001/],
    ['not valid yet within the skew', { nbf: 1001 }, { clockSkew: 1 }, undefined],
    ['issued in the future', { iat: 1001 }, {}, /in the future/],
    ['exp as text', { exp: '1001' }, {}, /not a number/],
    ['without exp', {}, { expRequired: true }, /no exp/],
    ['without nbf', {}, { nbfRequired: true }, /no nbf/],
    ['without iat', {}, { iatRequired: true }, /no iat/],
    ['too far ahead', { exp: 1061 }, { maxFutureValidity: 60 }, /more than 60 seconds ahead/],
    ['just ahead enough', { exp: 1060 }, { maxFutureValidity: 60 }, undefined],
    ['an aud that nobody asks for', { aud: 'x' }, {}, undefined],
    ['one of the audiences', { aud: ['x', 'b'] }, { audiences: ['a', 'b'] }, undefined],
    ['none of the audiences', { aud: 'x' }, { audiences: ['a', 'b'] }, /aud is none of a, b/],
    ['no aud', {}, { audiences: ['a'] }, /aud is none/],
    ['an odd aud', { aud: [{}, null] }, { audiences: ['a'] }, /aud is none/],
  ];
  for (const [name, claims, rules, problem] of cases) {
    const found = issuerClaimsProblem({ ...claims }, rules, now);
    if (problem) t.match(found, problem, name);
    else t.equal(found, undefined, name);
  }
});
