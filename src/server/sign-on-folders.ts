import { davinci } from '../oauth/davinci/routes.js';
import { externalSignOn } from '../signon/external/routes.js';
import { flows } from '../signon/flows-api/routes.js';
import { deviceAuthentications } from '../signon/mfa/routes.js';
import { myAccount } from '../signon/my-account/routes.js';
import { device } from '../signon/pages/connect-device.js';
import { signon } from '../signon/pages/index.js';
import type { signOnAreas } from './sign-on-areas.js';

/** What a person needs to sign on: each area of an environment with the endpoint that serves it. */
export const signOnFolders = {
  flows,
  davinci,
  deviceAuthentications,
  signon,
  myaccount: myAccount,
  device,
  rp: externalSignOn,
} as const satisfies Record<(typeof signOnAreas)[number], unknown>;
