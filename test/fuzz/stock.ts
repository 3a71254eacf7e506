import { gif, jpeg, png } from '../helpers/images.js';
import { files } from '../helpers/pkcs12-files.js';
import { ids as seeded, type TestServer } from '../helpers/server.js';
import { type Exchange, type Step, terraform, terraformClient } from '../helpers/terraform.js';

/** One of every item that PingOne has, and the bodies that made it. */

export interface RightBody {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: unknown;
}

export interface Stock {
  readonly answers: readonly Exchange[];
  readonly bodies: readonly RightBody[];
  /** In PEM, of a key of the stock. */
  readonly certificate: string;
}

/** The cookie of a session that the stock has. */
export const stockedSession = 'ST=a-session-of-the-stock';

const cookie = stockedSession.slice(3);
const flow = {
  otp: { lifeTime: { duration: 1, timeUnit: 'MINUTES' }, failure: { count: 3, coolDown: { duration: 2, timeUnit: 'MINUTES' } } },
};

const session = {
  activeAt: '2026-11-22T12:00:00.000Z',
  userAgent: 'Mozilla/5.0',
  token: cookie,
  user: { id: seeded.alice },
  lastSignOn: {
    authenticators: ['pwd'],
    remoteIp: '10.0.0.1',
    withAuthenticator: { pwd: { at: '2026-11-22T12:00:00.000Z', policy: { id: '{sign on policy}', type: 'PINGONE' } } },
  },
};

/** What Terraform does not make. */
const more: readonly Step[] = [
  { send: 'POST resources/{resource}/applicationResources', body: { name: 'Papers' }, status: 201, name: 'papers' },
  { send: 'POST applicationResources/{papers}/permissions', body: { action: 'read' }, status: 201, name: 'permission' },
  { send: 'POST applicationRoles', body: { name: 'Reader', description: 'd' }, status: 201, name: 'reader' },
  { send: 'POST applicationRoles/{reader}/permissions', body: { id: '{permission}' }, status: 201 },
  { send: 'POST users/{user}/applicationRoles', body: { id: '{reader}' }, status: 201 },
  {
    send: 'POST trustedIssuers',
    body: {
      name: 'Partner',
      issuer: 'https://partner.example',
      jwks: {
        keys: [
          {
            kty: 'EC',
            x: '0zQkQhqVWhg52p5nPE2k2NdWsNCv20K9DPZarpT_I0U',
            y: '-rE_T9Y0Bv7stJrcAv1ko2w7N7ALAXJfI-N35-Cbg4w',
            crv: 'P-256',
            kid: 'a',
            use: 'sig',
            alg: 'ES256',
          },
        ],
      },
    },
    status: 201,
    name: 'partner',
  },
  { send: 'POST applications/{application 2}/trustedIssuerAssignments', body: { trustedIssuer: { id: '{partner}' } }, status: 201 },
  {
    send: 'POST gateways/{gateway}/roleAssignments',
    body: { role: { id: '{Identity Data Admin}' }, scope: { id: '{environment}', type: 'ENVIRONMENT' } },
    status: 201,
  },
  { send: 'POST notificationsPolicies', body: { name: 'Few', quotas: [] }, status: 200 },
  {
    send: 'POST sessions',
    body: session,
    status: 201,
  },
  { send: 'PUT sessions/me', body: session, status: 200 },
  { send: 'POST activities', body: { filter: 'recordedAt gt "2020-01-01T00:00:00Z"' }, status: 200 },
  { send: 'PATCH users/{user}', body: { nickname: 'T' }, status: 200 },
  { send: 'PATCH schemas/{schema}/attributes/{schema attribute}', body: { description: 'Changed' }, status: 200 },
  { send: 'PUT keys/{key}', body: { name: 'Key', usageType: 'SIGNING', default: false }, status: 200 },
  { send: 'PUT users/{user}/population', body: { id: '{population}' }, status: 200 },
  { send: 'PUT billOfMaterials', body: { products: [{ type: 'PING_ONE_BASE' }] }, status: 200 },
  { send: 'PUT status', body: { status: 'ACTIVE' }, status: 200 },
  { send: 'PUT type', body: { type: 'SANDBOX' }, status: 200 },
];

const vendor = (action: string): string => `application/vnd.pingidentity.${action}+json`;

/** Bodies that are right, though nothing is made of them yet. */
const unsent: readonly Step[] = [
  { send: 'POST languages', body: { locale: 'sv', enabled: false, default: false }, status: 201 },
  { send: 'PUT users/{user}/enabled', body: { enabled: true }, status: 200 },
  {
    send: 'POST users',
    mediaType: vendor('user.import'),
    body: {
      username: 'dora',
      email: 'dora@example.com',
      population: { id: '{population}' },
      password: { value: 'Dora-Passw0rd-1', forceChange: false },
    },
    status: 201,
  },
  { send: 'POST users/{user}', mediaType: vendor('user.verify'), body: { verificationCode: 'abcdefgh' }, status: 200 },
  {
    send: 'PUT users/{user}/password',
    mediaType: vendor('password.set'),
    body: { value: 'Other-Passw0rd-1', forceChange: true },
    status: 200,
  },
  { send: 'PUT users/{user}/password', mediaType: vendor('password.setValue'), body: { value: 'Other-Passw0rd-4' }, status: 200 },
  {
    send: 'PUT users/{user}/password',
    mediaType: vendor('password.reset'),
    body: { currentPassword: 'Other-Passw0rd-1', newPassword: 'Other-Passw0rd-2' },
    status: 200,
  },
  { send: 'POST users/{user}/password', mediaType: vendor('password.check'), body: { password: 'Other-Passw0rd-1' }, status: 200 },
  {
    send: 'POST users/{user}/password',
    mediaType: vendor('password.recover'),
    body: { recoveryCode: '12345678', newPassword: 'Other-Passw0rd-3' },
    status: 200,
  },
  {
    send: 'POST users/{user}/agreementConsents/{agreement}',
    mediaType: vendor('consent.accept'),
    body: { language: { id: '{agreement localization}' }, revision: { id: '{revision}' } },
    status: 201,
  },
  { send: 'PUT gateways/{gateway}', body: { name: 'G', type: 'API_GATEWAY_INTEGRATION', enabled: false }, status: 200 },
  {
    send: 'POST deviceAuthenticationPolicies',
    body: {
      name: 'D',
      default: false,
      sms: { enabled: true, ...flow },
      voice: { enabled: false, ...flow },
      email: { enabled: true, ...flow },
      mobile: { enabled: false, otp: { failure: flow.otp.failure } },
      totp: { enabled: false, otp: { failure: flow.otp.failure } },
    },
    status: 201,
  },
];

/** Makes one of everything in an environment, with the token of a worker there. */
export async function stockUp(server: TestServer, environment: string, token: string): Promise<Stock> {
  const answers: Exchange[] = [];
  const bodies: RightBody[] = [];
  const problems: string[] = [];
  const client = await terraformClient(server, (answer) => answers.push(answer), {
    environment,
    token,
    headers: { cookie: stockedSession },
  });
  const learn = ({ send, body, mediaType = 'application/json' }: Step) => {
    const [method = '', ...words] = send.split(' ');
    const path = words.join(' ');
    const named = client.named(path);
    bodies.push({
      method,
      path: `/v1${named.startsWith('/') ? named : `/environments/${environment}/${named}`}`,
      type: mediaType,
      body: client.filled(body),
    });
  };
  for (const recorded of [...terraform.create.slice(1), ...more]) {
    // The environment has a resource of that audience.
    const step =
      recorded.send === 'POST resources'
        ? { ...recorded, body: { ...Object(recorded.body), audience: 'https://stock.example' } }
        : recorded;
    const { status } = await client.perform(step);
    if (status >= 300) problems.push(`${step.send}: ${status} ${answers.at(-1)?.text}`);
    if (step.body !== undefined) learn(step);
    if (step.send.endsWith('/revisions')) client.ids.set('revision', String(answers.at(-1)?.members.id));
  }
  if (problems.length > 0) throw new Error(`the stock is not whole:\n${problems.join('\n')}`);
  for (const step of unsent) learn(step);
  for (const { path } of [...answers]) await client.ask('GET', path);
  const certificate = await server.app.inject({
    url: `/v1/environments/${environment}/keys/${client.named('{key}')}`,
    headers: { host: 'localhost:9400', authorization: `Bearer ${token}`, accept: 'application/x-x509-ca-cert' },
  });
  return { answers, bodies, certificate: certificate.payload };
}

/** Files as forms and images carry them, each character a byte. */
const latin1 = (bytes: Buffer): string => bytes.toString('latin1');
export const rightImages = [latin1(png(20, 10)), latin1(gif(20, 10)), latin1(jpeg(20, 10))] as const;
export const rightKeys = [latin1(Buffer.from(files.open, 'base64')), latin1(Buffer.from(files.withoutMac, 'base64'))] as const;
