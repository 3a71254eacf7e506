/** The frameworks that `pingone-mock init` knows. One row each; the first that fits is taken. */

/** What an application needs to know to sign people on. */
export interface Connection {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

export interface Framework {
  readonly name: string;
  /** The file that names the project's dependencies. */
  readonly file: 'package.json' | 'jvm';
  /** Fits if the project depends on one of these. */
  readonly dependsOn: readonly string[];
  readonly type: 'WEB_APP' | 'SINGLE_PAGE_APP';
  /** Where the framework's own server listens in development, without a trailing slash. */
  readonly origin: string;
  readonly callback: string;
  /** The file that the lines belong in. */
  readonly settingsFile: string;
  settings(connection: Connection): readonly string[];
}

const variables = ({ issuer, clientId, clientSecret, redirectUri }: Connection): readonly string[] => [
  `OIDC_ISSUER=${issuer}`,
  `OIDC_CLIENT_ID=${clientId}`,
  `OIDC_CLIENT_SECRET=${clientSecret}`,
  `OIDC_REDIRECT_URI=${redirectUri}`,
];

const prefixed =
  (prefix: string) =>
  ({ issuer, clientId, redirectUri }: Connection): readonly string[] => [
    `${prefix}OIDC_AUTHORITY=${issuer}`,
    `${prefix}OIDC_CLIENT_ID=${clientId}`,
    `${prefix}OIDC_REDIRECT_URI=${redirectUri}`,
  ];

const server = {
  type: 'WEB_APP',
  origin: 'http://localhost:3000',
  callback: '/callback',
  settingsFile: '.env',
  settings: variables,
} as const;
const node = { ...server, file: 'package.json' } as const;
const browser = {
  file: 'package.json',
  type: 'SINGLE_PAGE_APP',
  origin: 'http://localhost:5173',
  callback: '/callback',
  settingsFile: '.env',
  settings: prefixed('VITE_'),
} as const;

export const frameworks: readonly Framework[] = [
  {
    ...node,
    name: 'Auth.js',
    dependsOn: ['next-auth', '@auth/core', '@auth/express', '@auth/sveltekit'],
    callback: '/api/auth/callback/pingone',
    settingsFile: '.env.local',
    settings: ({ issuer, clientId, clientSecret }) => [
      '# For a provider { id: "pingone", name: "PingOne", type: "oidc" }',
      `AUTH_PINGONE_ISSUER=${issuer}`,
      `AUTH_PINGONE_ID=${clientId}`,
      `AUTH_PINGONE_SECRET=${clientSecret}`,
    ],
  },
  {
    ...node,
    name: 'express-openid-connect',
    dependsOn: ['express-openid-connect'],
    settings: ({ issuer, clientId, clientSecret, redirectUri }) => [
      `ISSUER_BASE_URL=${issuer}`,
      `CLIENT_ID=${clientId}`,
      `CLIENT_SECRET=${clientSecret}`,
      `BASE_URL=${new URL(redirectUri).origin}`,
    ],
  },
  { ...node, name: 'Next.js', dependsOn: ['next'], callback: '/api/auth/callback', settingsFile: '.env.local' },
  { ...node, name: 'Nuxt', dependsOn: ['nuxt'], callback: '/auth/callback' },
  { ...node, name: 'SvelteKit', dependsOn: ['@sveltejs/kit'], origin: 'http://localhost:5173', callback: '/auth/callback' },
  { ...node, name: 'NestJS', dependsOn: ['@nestjs/core'] },
  { ...node, name: 'Fastify', dependsOn: ['fastify'] },
  { ...node, name: 'Express', dependsOn: ['express'] },
  {
    ...browser,
    name: 'Angular',
    dependsOn: ['@angular/core'],
    origin: 'http://localhost:4200',
    settingsFile: 'src/environments/environment.ts',
    settings: ({ issuer, clientId, redirectUri }) => [
      `authority: '${issuer}',`,
      `clientId: '${clientId}',`,
      `redirectUrl: '${redirectUri}',`,
      "scope: 'openid profile email',",
      "responseType: 'code',",
    ],
  },
  { ...browser, name: 'Create React App', dependsOn: ['react-scripts'], origin: 'http://localhost:3000', settings: prefixed('REACT_APP_') },
  { ...browser, name: 'React', dependsOn: ['react'] },
  { ...browser, name: 'Vue', dependsOn: ['vue'] },
  { ...browser, name: 'Svelte', dependsOn: ['svelte'] },
  {
    ...server,
    file: 'jvm',
    name: 'Spring',
    dependsOn: ['org.springframework.boot'],
    origin: 'http://localhost:8080',
    callback: '/login/oauth2/code/pingone',
    settingsFile: 'src/main/resources/application.properties',
    settings: ({ issuer, clientId, clientSecret }) => [
      `spring.security.oauth2.client.provider.pingone.issuer-uri=${issuer}`,
      `spring.security.oauth2.client.registration.pingone.client-id=${clientId}`,
      `spring.security.oauth2.client.registration.pingone.client-secret=${clientSecret}`,
      'spring.security.oauth2.client.registration.pingone.scope=openid,profile,email',
      `spring.security.oauth2.resourceserver.jwt.issuer-uri=${issuer}`,
    ],
  },
  {
    ...server,
    file: 'jvm',
    name: 'Quarkus',
    dependsOn: ['io.quarkus'],
    origin: 'http://localhost:8080',
    settingsFile: 'src/main/resources/application.properties',
    settings: ({ issuer, clientId, clientSecret, redirectUri }) => [
      `quarkus.oidc.auth-server-url=${issuer}`,
      `quarkus.oidc.client-id=${clientId}`,
      `quarkus.oidc.credentials.secret=${clientSecret}`,
      'quarkus.oidc.application-type=web-app',
      `quarkus.oidc.authentication.redirect-path=${new URL(redirectUri).pathname}`,
    ],
  },
];

/** For any other project: a single-page application with PKCE, with generic variable names. */
export const anyFramework: Framework = {
  ...browser,
  name: 'an application',
  dependsOn: [],
  origin: 'http://localhost:3000',
  settings: prefixed(''),
};
