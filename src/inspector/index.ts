import type { Endpoint } from '../environment/context.js';
import { checkSource } from './check-source.js';
import { environmentState } from './environment-state.js';
import { labEnvironment } from './lab-environment.js';
import { labTheft } from './lab-theft.js';
import { pkceDiagnosis } from './pkce-diagnosis.js';
import { pkceMistake } from './pkce-mistake.js';
import { playground } from './playground.js';
import { redirectUris } from './redirect-uris.js';
import { search } from './search.js';
import { someoneElse } from './someone-else.js';

// The inspector: /__mock/, the pages in pages/ and the endpoints that only they use. Begin with routes.ts.

/** The endpoints of the control API that only the pages use. */
export const inspectorEndpoints: readonly Endpoint[] = [
  labEnvironment,
  labTheft,
  pkceDiagnosis,
  pkceMistake,
  checkSource,
  redirectUris,
  someoneElse,
  playground,
  environmentState,
  search,
];
