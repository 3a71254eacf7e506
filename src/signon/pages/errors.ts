import type { FastifyError } from 'fastify';
import { reportFailure } from '../../diagnosis/failure.js';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import type { App, Context } from '../../environment/context.js';
import { StoreUnavailable } from '../../environment/shared/errors.js';
import { WriteFailure } from '../../environment/store/write-failure.js';
import { refusalOf } from '../../http/refusals.js';
import { html } from '../../lib/html.js';
import { textMember } from '../../lib/unknown.js';
import { PingOneError } from '../../pingone/pingone-error.js';
import { sendMessage } from './send-page.js';

const startAgain = html`<p>Please start again from the application.</p>`;

const unknownEnvironment = {
  heading: 'Unknown Environment',
  text: html`<p>pingone-mock has no environment with this id. Please check the addresses in the configuration of the application.</p>`,
};

/** What a status means to the person. */
const explain = (status: number) => {
  if (status === 404)
    return {
      heading: 'Sign-On Has Ended',
      text: html`<p>This sign-on no longer exists: it has finished, it was idle for more than fifteen minutes, or pingone-mock has restarted since.</p>
${startAgain}`,
    };
  if (status === 413) return { heading: 'Form Too Large', text: html`<p>The form that was sent is too large.</p>\n${startAgain}` };
  if (status < 500) return { heading: 'Cannot Continue', text: html`<p>The request could not be understood.</p>\n${startAgain}` };
  return {
    heading: 'Something Went Wrong',
    text: html`<p>This is a bug in pingone-mock, and its log has the details. Please report it.</p>\n${startAgain}`,
  };
};

const cannotWrite = ({ message }: WriteFailure) => ({
  heading: 'Cannot Save',
  text: html`<p>The data folder of pingone-mock refused a write: ${message}. Nothing was changed; try again once that is fixed.</p>\n${startAgain}`,
});

const noStore = {
  heading: 'Store Unavailable',
  text: html`<p>The store that keeps the state of pingone-mock does not answer. Please try again once it does.</p>\n${startAgain}`,
};

/** What the page says, and its status. */
function shownFor(error: FastifyError | PingOneError) {
  if (error instanceof StoreUnavailable) return { status: 503, ...noStore };
  const status = refusalOf(error)?.status ?? 500;
  return { status, ...(error instanceof WriteFailure ? cannotWrite(error) : explain(status)) };
}

/** Shows what goes wrong as a page: these answers are for people. */
export function showErrorsAsPages(app: App, context: Context): void {
  app.setErrorHandler((error: FastifyError | PingOneError, request, reply) => {
    const refused = refusalOf(error);
    const shown = shownFor(error);
    if (shown.status >= 500) reportFailure(request, reply, error);
    else if (refused instanceof PingOneError && refused.check) recordRefusal(context, request, reply, refused);
    const environmentId = textMember(request.params, 'environmentId');
    const environment = context.environments.get(environmentId ?? '');
    return sendMessage(request, reply, {
      ...shown,
      environmentName: environment?.record.name,
      ...(!environment && unknownEnvironment),
    });
  });
}
