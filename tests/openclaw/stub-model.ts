import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What the model says in one reply: tool calls, all at once where there are several, or its last words. */
export type Step = string | ToolCall | readonly ToolCall[];

interface Message {
  readonly role: string;
  readonly content: unknown;
  readonly tool_call_id?: string;
}

interface Request {
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

export interface StubModel extends AsyncDisposable {
  readonly baseUrl: string;
  /** What a tool answered, as the model was told, in the order of the calls in the script; calls not reached are missing. */
  results(): readonly string[];
  /** The tools that were on offer. */
  tools(): readonly string[];
}

/** A model behind OpenAI's streaming chat interface on loopback that says what stands in a script, one step a request. */
export async function startStubModel(steps: readonly Step[]): Promise<StubModel> {
  const requests: Request[] = [];
  // A session of several turns repeats what tools answered in earlier ones.
  const mark = randomBytes(2).toString('hex');
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await text(request)) as Request;
    const step = steps[requests.push(body) - 1] ?? 'That was all.';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const chunk of chunksOf(step, requests.length, mark)) {
      response.write(`data: ${chunk === '[DONE]' ? chunk : JSON.stringify(chunk)}\n\n`);
    }
    response.end();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    results: () => collectResults(requests, mark),
    tools: () => [...new Set(requests.flatMap(({ tools = [] }) => tools.map((tool) => tool.function.name)))],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function chunksOf(step: Step, turn: number, mark: string) {
  const head = { id: `chatcmpl-${turn}`, object: 'chat.completion.chunk', created: 0, model: 'stub-1' };
  const choice = (delta: object, reason: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason: reason }],
  });
  const calls = typeof step === 'string' ? [] : [step].flat();
  return [
    choice({ role: 'assistant', content: typeof step === 'string' ? step : '' }),
    ...calls.map(({ tool, args }, index) => {
      const called = { name: tool, arguments: JSON.stringify(args) };
      return choice({
        tool_calls: [{ index, id: callId(mark, turn, index), type: 'function', function: called }],
      });
    }),
    choice({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    { ...head, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
    '[DONE]',
  ] as const;
}

/** Ids that some versions shorten or strip of what is no letter or digit stay themselves. */
function callId(mark: string, turn: number, index: number): string {
  return `${mark}${String(turn).padStart(3, '0')}${String(index).padStart(2, '0')}`;
}

function collectResults(requests: readonly Request[], mark: string): readonly string[] {
  const answered = new Map<string, string>();
  for (const { messages } of requests) {
    for (const { role, content, tool_call_id: id } of messages) {
      if (role === 'tool' && id?.startsWith(mark) === true) answered.set(id, textOf(content));
    }
  }
  return [...answered].toSorted(([a], [b]) => a.localeCompare(b)).map(([, result]) => result);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = content as readonly { readonly text?: string }[];
  return parts.map((part) => part.text ?? '').join('');
}
