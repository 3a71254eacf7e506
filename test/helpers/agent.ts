import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { Test } from 'tap';
import { parseOwn } from '../../src/lib/unknown.js';

const command = new URL('../../src/cli.js', import.meta.url).pathname;

export interface Agent {
  readonly client: Client;
  /** Calls a tool, and reads its answer. */
  ask<T = Record<string, unknown>>(name: string, given?: Record<string, unknown>): Promise<T>;
  /** Calls a tool that is to refuse; returns its words. */
  refused(name: string, given?: Record<string, unknown>): Promise<string>;
}

/** A coding agent, with the protocol's own client. */
export async function startAgent(t: Test, ...argv: string[]): Promise<Agent> {
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [command, 'mcp', ...argv], stderr: 'pipe' }));
  t.teardown(() => client.close());
  const call = async (name: string, given: Record<string, unknown>) => {
    const { content, isError } = (await client.callTool({ name, arguments: given })) as CallToolResult;
    const [first] = content;
    return { text: first?.type === 'text' ? first.text : '', isError };
  };
  return {
    client,
    async ask(name, given = {}) {
      const { text, isError } = await call(name, given);
      if (isError) throw new Error(`${name}: ${text}`);
      return parseOwn(text.startsWith('{') || text.startsWith('[') ? text : JSON.stringify(text));
    },
    async refused(name, given = {}) {
      const { text, isError } = await call(name, given);
      t.equal(isError, true, `${name} refuses: ${text}`);
      return text;
    },
  };
}
