import { explainRequest } from '../../diagnosis/of-request.js';
import { type Endpoint, environmentOf } from '../../environment/context.js';
import { html } from '../../lib/html.js';
import { object, string } from '../../lib/schema/types.js';
import { readFlow } from '../perform.js';
import { errorBody } from './error-page.js';
import { sendBody, sendFlowPage, sendMessage } from './send-page.js';

export const pageQuery = object({}, { flowId: string, error: string, form: string });

/** The page for a flow, or for an error that could not go anywhere else (docs/fidelity.md, 3.6 and 3.7). */
export const show: Endpoint = (app, context) => {
  app.get('/', { schema: { querystring: pageQuery } }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { flowId, error, form } = request.query;
    const environmentName = environment.record.name;
    // An error about a flow that goes on is shown with it.
    if (error !== undefined && !(flowId && (await environment.store.flows.get(flowId))))
      return sendBody(request, reply, {
        status: 400,
        title: 'Cannot Continue – pingone-mock',
        environmentName,
        body: errorBody(error, (id) => explainRequest(context, environment, id)),
      });
    if (flowId) {
      const flow = await readFlow({ context, environment, request, reply }, flowId);
      return sendFlowPage(context, request, reply, environment, flow, { alternative: form });
    }
    return sendMessage(request, reply, {
      status: 200,
      heading: 'Nothing to Do Yet',
      environmentName,
      text: html`<p>A sign-on begins in an application. It sends the browser to the authorization endpoint of this environment:</p>
<pre tabindex="0">/${environment.id}/as/authorize</pre>
<p>From there, the browser comes to this page to sign on.</p>`,
    });
  });
};
