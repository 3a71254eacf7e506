import type { Endpoint } from '../../environment/context.js';
import { approvals } from './approvals.js';
import { showErrorsAsPages } from './errors.js';
import { show } from './show.js';
import { passkeyScript, style } from './style.js';
import { submit } from './submit.js';
import { themeStyle } from './theme.js';

/** The sign-on page, under /{environmentId}/signon (PingOne's host for apps). Its answers are for people, so errors are pages as well. */
export const signon: Endpoint = (app, context) => {
  showErrorsAsPages(app, context);
  for (const endpoint of [show, submit, approvals, style, themeStyle, passkeyScript]) endpoint(app, context);
};
