import { version } from '../../embedded.js';
import { startServer } from '../../server/start.js';
import { readSettings, SettingsError } from '../../settings/read.js';
import type { Invocation, Run } from '../command.js';
import { mockUrl } from '../control-client.js';
import { checkupTools } from './checkup-tools.js';
import { configurationTools } from './configuration-tools.js';
import { explainTools } from './explain-tools.js';
import { signOnTools } from './sign-on-tools.js';
import { stateTools } from './state-tools.js';
import { connectTarget, type Target } from './target.js';
import { failureText, type Tool, textOf } from './tool.js';

/** Every tool, in the order in which an agent reads them. */
export const tools: readonly Tool[] = [...stateTools, ...explainTools, ...configurationTools, ...signOnTools, ...checkupTools];

const instructions = `pingone-mock is PingOne's authorization server on this machine, for tests. Begin with get_state. When a sign-on fails, list_transactions
says what the client did wrong and how to fix it; explain_url and compare_pkce check a request or a PKCE pair before it is sent;
search_facts says how PingOne behaves; run_checkup finds what an application accepts and should not.`;

/** The mock that the tools work on: a running one, or our own, which ends with this command. */
async function openTarget({ argv, env, errors }: Invocation): Promise<{ target: Target; close: () => Promise<void> }> {
  const { settings, warnings, flags } = readSettings({ argv, env, ownFlags: { url: 'text' } });
  const given = flags.get('url');
  if (typeof given === 'string') {
    const [other] = [...flags.keys()].filter((name) => name !== 'url');
    if (other !== undefined)
      throw new SettingsError(`--${other} is a setting of a new mock, but --url names a running one: omit one of them`);
    return { target: await connectTarget(mockUrl(given, env)), close: async () => {} };
  }
  const warn = (text: string) => errors.write(`pingone-mock: ${text}\n`);
  for (const warning of warnings) warn(warning);
  const port = flags.has('port') || env.PINGONE_MOCK_PORT ? settings.port : 0;
  if (!settings.admin) throw new SettingsError('the tools need the control API: switch it on (--admin, PINGONE_MOCK_ADMIN)');
  const server = await startServer({ ...settings, port }, { onWarning: warn });
  return { target: await connectTarget(server.url), close: () => server.close() };
}

/** Serves the Model Context Protocol over standard input and output, until the input ends. */
export const mcp: Run = async (invocation) => {
  const { target, close } = await openTarget(invocation);
  try {
    await serve(target, invocation.stop);
    return 0;
  } finally {
    await target.checkups.close();
    await close();
  }
};

async function serve(target: Target, stop: AbortSignal): Promise<void> {
  const sdk = await import('./apart.js');
  const server = new sdk.Server(
    { name: 'pingone-mock', title: 'pingone-mock', version },
    { capabilities: { tools: {}, resources: {} }, instructions },
  );
  server.setRequestHandler(sdk.ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, input, readOnly }) => ({
      name,
      description,
      inputSchema: input as { type: 'object' },
      annotations: { readOnlyHint: readOnly, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(sdk.CallToolRequestSchema, async ({ params }, { signal }) => {
    const called = tools.find(({ name }) => name === params.name);
    if (!called) throw new sdk.McpError(sdk.ErrorCode.InvalidParams, `there is no tool ${JSON.stringify(params.name)}`);
    try {
      return { content: [{ type: 'text', text: textOf(await called.call(params.arguments, target, signal)) }] };
    } catch (error) {
      return { content: [{ type: 'text', text: failureText(error) }], isError: true };
    }
  });
  server.setRequestHandler(sdk.ListResourcesRequestSchema, () => ({
    resources: sdk.documents.map(({ text: _, ...resource }) => resource),
  }));
  server.setRequestHandler(sdk.ReadResourceRequestSchema, ({ params: { uri } }) => {
    const found = sdk.documents.find((document) => document.uri === uri);
    if (!found) throw new sdk.McpError(sdk.ErrorCode.InvalidParams, `there is no resource ${JSON.stringify(uri)}: list the resources`);
    return { contents: [{ uri, mimeType: found.mimeType, text: found.text() }] };
  });
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve;
    // The library keeps waiting after the end of its input.
    process.stdin.once('end', resolve).once('close', resolve);
    stop.addEventListener('abort', () => resolve(), { once: true });
    if (stop.aborted) resolve();
  });
  await server.connect(new sdk.StdioServerTransport());
  await ended;
  await server.close();
}
