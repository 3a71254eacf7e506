import type { FastifyError } from 'fastify';
import { reportFailure } from '../../diagnosis/failure.js';
import { recordRefusal } from '../../diagnosis/unmatched.js';
import type { App, Context } from '../../environment/context.js';
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

/** Shows what goes wrong as a page: these answers are for people. */
export function showErrorsAsPages(app: App, context: Context): void {
  app.setErrorHandler((error: FastifyError | PingOneError, request, reply) => {
    const refused = refusalOf(error);
    const status = refused?.status ?? 500;
    if (status >= 500) reportFailure(request, reply, error);
    else if (refused instanceof PingOneError && refused.check) recordRefusal(context, request, reply, refused);
    const environmentId = textMember(request.params, 'environmentId');
    const environment = context.environments.get(environmentId ?? '');
    return sendMessage(request, reply, {
      status,
      environmentName: environment?.record.name,
      ...(!environment ? unknownEnvironment : error instanceof WriteFailure ? cannotWrite(error) : explain(status)),
    });
  });
}
