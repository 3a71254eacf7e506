import type { Endpoint } from '../environment/context.js';
import { checkSource } from './check-source.js';
import { lab } from './lab.js';
import { pkceDiagnosis } from './pkce-diagnosis.js';
import { redirectUris } from './redirect-uris.js';
import { state } from './state.js';

/** What the pages ask the control API for beside what tests ask it for. */
export const inspectorEndpoints: readonly Endpoint[] = [lab, pkceDiagnosis, checkSource, redirectUris, state];
