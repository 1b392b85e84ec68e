/**
 * A JavaScript engine without a browser and without Node.js: QuickJS. It has the language alone; timers, sockets and requests
 * are passed through to real ones here, as an embedding application would.
 */
import loadModule from '@jitl/quickjs-wasmfile-release-sync/emscripten-module';
import { QuickJSFFI } from '@jitl/quickjs-wasmfile-release-sync/ffi';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSHandle } from 'quickjs-emscripten-core';
import { WebSocket } from 'ws';

/** As the package has it, which imports its parts at run time; the test runner cannot. */
const variant = {
  type: 'sync',
  importFFI: async () => QuickJSFFI,
  importModuleLoader: async () => loadModule,
} as const;

/** What the application in the engine finds. Callbacks stay there, and are called by their numbers. */
const GLOBALS = `
  // What older engines of React Native do not have.
  for (const name of ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with', 'group']) {
    delete Array.prototype[name];
    delete Uint8Array.prototype[name];
  }
  for (const name of ['at', 'replaceAll', 'isWellFormed', 'toWellFormed']) delete String.prototype[name];
  for (const name of ['hasOwn', 'groupBy']) delete Object[name];
  for (const name of ['any', 'withResolvers', 'try']) delete Promise[name];
  for (const name of ['WeakRef', 'AggregateError', 'FinalizationRegistry']) delete globalThis[name];
  let serial = 0;
  const pending = new Map();
  const keep = (value) => (pending.set(++serial, value), serial);
  globalThis.console = { log() {}, warn() {}, error() {} };
  globalThis.setTimeout = (work, ms = 0) => { const id = keep(work); hostWait(id, ms); return id; };
  globalThis.clearTimeout = (id) => void pending.delete(id);
  globalThis.WebSocket = class {
    constructor(url) { this.id = keep(this); hostOpen(this.id, url); }
    send(text) { hostSend(this.id, text); }
    close() { hostClose(this.id); }
  };
  globalThis.hostFetch = (url, { method, headers, body }) => new Promise((resolve, reject) => {
    hostRequest(keep({ resolve, reject }), JSON.stringify({ url, method, headers, body }));
  });
  const take = (id) => { const value = pending.get(id); pending.delete(id); return value; };
  globalThis.fromHost = {
    timer: (id) => take(id)?.(),
    open: (id) => pending.get(id)?.onopen?.({}),
    message: (id, data) => pending.get(id)?.onmessage?.({ data }),
    close: (id, reason) => take(id)?.onclose?.({ reason }),
    answer: (id, text) => {
      const { status, body } = JSON.parse(text);
      take(id)?.resolve({ ok: status < 300, status, json: async () => JSON.parse(body) });
    },
    failure: (id, reason) => take(id)?.reject(new Error(reason)),
  };
`;

type HostEvent = 'timer' | 'open' | 'message' | 'close' | 'answer' | 'failure';

export class QuickJsEngine {
  private readonly sockets = new Map<number, WebSocket>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private isOver = false;

  private constructor(private readonly vm: QuickJSContext) {
    this.expose('hostWait', (id, ms) => this.wait(Number(id), Number(ms)));
    this.expose('hostOpen', (id, url) => this.open(Number(id), String(url)));
    this.expose('hostSend', (id, text) => this.sockets.get(Number(id))?.send(String(text)));
    this.expose('hostClose', (id) => this.sockets.get(Number(id))?.close());
    this.expose('hostRequest', (id, request) => void this.request(Number(id), String(request)));
    this.run(GLOBALS);
  }

  static async start(): Promise<QuickJsEngine> {
    return new QuickJsEngine((await newQuickJSWASMModuleFromVariant(variant)).newContext());
  }

  /** Runs a script. @returns its value, which must be JSON. @throws what it throws. */
  run(script: string): unknown {
    const result = this.vm.unwrapResult(this.vm.evalCode(script));
    const value: unknown = this.vm.dump(result);
    result.dispose();
    this.runJobs();
    return value;
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.sockets.values()) socket.terminate();
  }

  stop(): void {
    this.isOver = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.cut();
    this.vm.dispose();
  }

  private expose(name: string, call: (...values: unknown[]) => void): void {
    const host = this.vm.newFunction(name, (...handles: QuickJSHandle[]) => {
      call(...handles.map((handle): unknown => this.vm.dump(handle)));
    });
    this.vm.setProp(this.vm.global, name, host);
    host.dispose();
  }

  private wait(id: number, ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.notify('timer', id);
    }, ms);
    this.timers.add(timer);
  }

  private open(id: number, url: string): void {
    const socket = new WebSocket(url);
    this.sockets.set(id, socket);
    socket.on('open', () => this.notify('open', id));
    socket.on('message', (data: Buffer, isBinary) => this.notify('message', id, isBinary ? data : data.toString()));
    socket.on('error', () => undefined);
    socket.on('close', (_, reason) => {
      this.sockets.delete(id);
      this.notify('close', id, reason.toString());
    });
  }

  private async request(id: number, text: string): Promise<void> {
    const { url, ...options } = JSON.parse(text) as { url: string } & RequestInit;
    try {
      const response = await fetch(url, options);
      this.notify('answer', id, JSON.stringify({ status: response.status, body: await response.text() }));
    } catch (error) {
      this.notify('failure', id, String(error));
    }
  }

  private notify(event: HostEvent, id: number, data: string | Buffer = ''): void {
    if (this.isOver) return;
    const { vm } = this;
    const argument = typeof data === 'string' ? vm.newString(data) : vm.newArrayBuffer(new Uint8Array(data).buffer);
    const [receiver, number] = [vm.getProp(vm.global, 'fromHost'), vm.newNumber(id)];
    const handler = vm.getProp(receiver, event);
    vm.unwrapResult(vm.callFunction(handler, receiver, number, argument)).dispose();
    for (const handle of [handler, receiver, number, argument]) handle.dispose();
    this.runJobs();
  }

  private runJobs(): void {
    this.vm.unwrapResult(this.vm.runtime.executePendingJobs());
  }
}
