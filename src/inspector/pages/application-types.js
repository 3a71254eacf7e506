const code = { grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'], responseTypes: ['CODE'] };
const own = { grantTypes: ['CLIENT_CREDENTIALS'], tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' };

/** What each type of application is for, and is usually created with; `pkce` is what the form proposes. */
export const applicationTypes = {
  SINGLE_PAGE_APP: {
    purpose: 'Runs in the browser, and can keep no secret.',
    pkce: 'S256_REQUIRED',
    ...code,
    tokenEndpointAuthMethod: 'NONE',
  },
  WEB_APP: { purpose: 'Runs on a server, and keeps a secret.', pkce: 'OPTIONAL', ...code, tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
  NATIVE_APP: { purpose: 'Runs on a phone or a desktop.', pkce: 'REQUIRED', ...code, tokenEndpointAuthMethod: 'NONE' },
  SERVICE: { purpose: 'Gets tokens for itself, and calls your APIs.', ...own },
  WORKER: { purpose: 'Calls the management API, as its roles allow.', ...own },
  CUSTOM_APP: { purpose: 'Anything else.', pkce: 'OPTIONAL', ...code, tokenEndpointAuthMethod: 'NONE' },
  AI_AGENT: { purpose: 'An agent that acts for people.', pkce: 'OPTIONAL', ...code, tokenEndpointAuthMethod: 'CLIENT_SECRET_BASIC' },
  PORTAL_LINK_APP: { purpose: 'A link in the application portal.' },
};
