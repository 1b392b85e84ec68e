// The one port in front of the nodes of `npm run start:cluster`. New sessions go to the nodes in turn; requests of long polling
// go to the node that has their session, which the balancer reads from the first answer.
import { createServer, request as sendRequest } from 'node:http';
import { connect } from 'node:net';

const READINESS_INTERVAL_MS = 200;
/** Sessions of long polling; the oldest is dropped. */
const MAX_SESSIONS = 10_000;
const BAD_GATEWAY = 502;
/** `POST {nodeId}` kills a node, so that visitors of the playground can see what happens to their connection. */
export const KILL_PATH = '/cluster/kill';
const MAX_BODY_CHARACTERS = 1_000;

export class Balancer {
  /** Session id → URL of its node. */
  #sessions = new Map();
  #ready = [];
  /** Sessions have a turn of their own: requests between them would otherwise bring them all to one node. */
  #turns = { session: 0, other: 0 };
  #sockets = new Set();
  #server = createServer((request, response) =>
    request.method === 'POST' && request.url === KILL_PATH
      ? void this.#kill(request, response)
      : this.#forward(request, response),
  );
  #timer;

  /** @param nodes each with its current `url`, undefined while it is not running. */
  constructor(nodes) {
    this.nodes = nodes;
    this.#server.on('upgrade', (request, socket, head) => this.#forwardUpgrade(request, socket, head));
    this.#server.on('connection', (socket) => this.#keep(socket));
  }

  async listen(port, host) {
    await this.#checkReadiness();
    this.#timer = setInterval(() => void this.#checkReadiness(), READINESS_INTERVAL_MS);
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return this.#server.address().port;
  }

  close() {
    clearInterval(this.#timer);
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** A node that drains is not ready, and gets no new sessions. */
  async #checkReadiness() {
    const urls = this.nodes.flatMap(({ url }) => url ?? []);
    const answers = await Promise.all(urls.map(isReady));
    this.#ready = urls.filter((_, index) => answers[index]);
  }

  #targetFor({ url }) {
    const sid = new URL(url, 'http://localhost').searchParams.get('sid');
    const known = sid === null ? undefined : this.#sessions.get(sid);
    const running = this.nodes.map((node) => node.url);
    if (known !== undefined && running.includes(known)) return known;
    const ready = this.#ready.filter((node) => running.includes(node));
    return ready[this.#turns[isHandshake(url) ? 'session' : 'other']++ % ready.length];
  }

  async #kill(request, response) {
    const nodeId = await readNodeId(request).catch(() => undefined);
    const node = this.nodes.find(({ name }) => name === nodeId);
    const status = node?.kill() ? 204 : 404;
    response.writeHead(status).end();
  }

  #forward(request, response) {
    const target = this.#targetFor(request);
    const refuse = () => {
      if (response.headersSent) return response.destroy();
      response.writeHead(BAD_GATEWAY, { 'content-type': 'text/plain' }).end('No node is ready\n');
    };
    if (target === undefined) return refuse();
    const { method, url } = request;
    const forwarded = sendRequest(
      new URL(url, target),
      { method, headers: headersOf(request), agent: false },
      (answer) => {
        if (isHandshake(url)) answer.once('data', (chunk) => this.#learnSession(String(chunk), target));
        response.writeHead(answer.statusCode, answer.rawHeaders);
        answer.on('error', () => response.destroy()).pipe(response);
      },
    );
    forwarded.on('error', refuse);
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  }

  #forwardUpgrade(request, socket, head) {
    const target = this.#targetFor(request);
    if (target === undefined) return socket.destroy();
    const { hostname, port } = new URL(target);
    const upstream = connect(Number(port), hostname);
    this.#keep(upstream);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    const headers = Object.entries(headersOf(request)).map(([name, value]) => `${name}: ${value}\r\n`);
    upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('')}\r\n`);
    upstream.write(head);
    socket.setNoDelay(true);
    upstream.setNoDelay(true);
    socket.pipe(upstream).pipe(socket);
  }

  /** The first packet of a session: `0{"sid":"…`. */
  #learnSession(text, target) {
    const sid = /^0\{"sid":"([^"]+)"/.exec(text)?.[1];
    if (sid === undefined) return;
    this.#sessions.set(sid, target);
    if (this.#sessions.size > MAX_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value);
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

/** A JSON body, which the pages of other origins cannot send unasked. */
async function readNodeId(request) {
  if (request.headers['content-type'] !== 'application/json') return undefined;
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BODY_CHARACTERS) return undefined;
  }
  return JSON.parse(text)?.nodeId;
}

const isHandshake = (url) => url.startsWith('/socket.io/') && !url.includes('sid=');

/** With the address of the client, for nodes that trust one proxy. */
function headersOf({ headers, socket }) {
  const addresses = [headers['x-forwarded-for'], socket.remoteAddress].filter((address) => address !== undefined);
  return { ...headers, 'x-forwarded-for': addresses.join(', ') };
}

const isReady = (url) =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
