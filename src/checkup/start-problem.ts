import { mostRedirects, type Trail, type Visit } from './browser.js';

/** Why a start address does not lead to a sign-on at the mock, and what to do. */
export interface StartProblem {
  readonly why: string;
  readonly fix: string;
}

const short = ({ href }: URL): string => (href.length > 200 ? `${href.slice(0, 200)}…` : href);

/** Why Node.js does not trust a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const isCertificate = (reason: string): boolean => /CERT|LEAF_SIGNATURE/i.test(reason);

const trust =
  'set NODE_EXTRA_CA_CERTS to the PEM file of the authority that signed its certificate, where the checkup runs: for this command, or, in the inspector and over HTTP, for the mock';

const failures: Readonly<Record<NonNullable<Trail['failure']>, (trail: Trail) => StartProblem>> = {
  'no answer': ({ end, reason = '' }) => ({
    why: `${short(end)} does not answer: ${reason}`,
    fix: isCertificate(reason) ? trust : 'start the application, and see its log',
  }),
  loop: ({ end }) => ({
    why: `it goes in a circle: after ${mostRedirects} redirects it is at ${short(end)}`,
    fix: 'see which cookie or setting the application does not find, such as an address of another name for this machine',
  }),
  'foreign address': ({ end }) =>
    /^https?:$/.test(end.protocol)
      ? {
          why: `it leads to ${short(end)}, which is not on this machine and is not called`,
          fix: 'give the application the issuer of the mock, and no provider besides it',
        }
      : {
          why: `it leads to an address with ${end.protocol}, which a checkup does not open: ${short(end)}`,
          fix: 'redirect to an address with http: or https:',
        },
};

interface Row {
  readonly fits: (last: Visit, trail: Trail) => boolean;
  readonly says: (last: Visit, trail: Trail) => StartProblem;
}

const isOtherRequest = ({ searchParams }: URL): boolean => searchParams.has('client_id') && searchParams.has('response_type');
const otherRequest = ({ visits, end }: Trail): URL | undefined => [end, ...visits.map(({ url }) => url)].find(isOtherRequest);

/** Ways to end elsewhere: the first that fits explains it. */
const rows: readonly Row[] = [
  {
    fits: (_last, trail) => otherRequest(trail) !== undefined,
    says: (_last, trail) => ({
      why: `it leads to another provider: ${short(otherRequest(trail) ?? trail.end)}`,
      fix: 'give the application the issuer of this environment, or name the environment with --env',
    }),
  },
  {
    fits: ({ download }) => download,
    says: ({ url, contentType }) => ({
      why: `${short(url)} answers with a download (${contentType}), not with a page`,
      fix: 'give the address of the page or of the route that begins a sign-on',
    }),
  },
  {
    fits: ({ status, text }) => status === 401 || status === 407 || /<input\b[^>]*\btype=["']?password/i.test(text),
    says: ({ url, status }) => ({
      why: `${short(url)} wants another sign-on first${status === 401 ? ': it answered 401' : ': it shows a form with a password'}`,
      fix: 'give the address behind the button that leads to the identity provider, or switch the other sign-on off',
    }),
  },
  {
    fits: ({ status }) => status >= 400,
    says: ({ url, status }) => ({ why: `${short(url)} answered ${status}`, fix: 'give the address that begins a sign-on' }),
  },
];

/** Names what a page wanted to load and did not get: it may not work without. */
export const blockedIn = ({ blocked = [] }: Trail): string =>
  blocked.length === 0 ? '' : `; it wanted to load from ${blocked.slice(0, 5).join(', ')}, which a checkup does not call`;

/** What a trail that ended elsewhere says about its start address. */
export function startProblem(trail: Trail): StartProblem {
  const { failure, visits, end } = trail;
  if (failure !== undefined) return failures[failure](trail);
  const last = visits.at(-1);
  const blocked = blockedIn(trail);
  const row = last && rows.find(({ fits }) => fits(last, trail));
  if (last && row) return row.says(last, trail);
  return {
    why: `it ended at ${short(end)}, which answered ${last?.status}${blocked}`,
    fix: 'give the address that begins a sign-on. If a script or a button begins it: --browser, and --click with the name of the button',
  };
}
