// A Colyseus server with the benchmark's commands and events as room messages; its rooms have no state to synchronise.
import { createSecretKey } from 'node:crypto';
import { Room, Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import jwt from 'jsonwebtoken';

const { JWT_SECRET, PING_INTERVAL_MS } = process.env;
const key = createSecretKey(Buffer.from(JWT_SECRET));
let serial = 0;

class BenchRoom extends Room {
  maxClients = 100_000;
  maxMessagesPerSecond = Infinity;

  static async onAuth(token) {
    const { name } = jwt.verify(token, key, { algorithms: ['HS256'] });
    return { name };
  }

  onCreate() {
    // Colyseus answers a client's request with the return value of the handler.
    this.onMessage('say', (client, { room, text, t }) => {
      this.broadcast('said', { id: ++serial, room, from: client.auth.name, text, at: Date.now(), t });
      return { success: true };
    });
    this.onMessage('request', (_client, { action, target, t }) => ({ success: true, action, target, health: 73, t }));
  }
}

const transport = new WebSocketTransport({ pingInterval: Number(PING_INTERVAL_MS), maxPayload: 64 * 1024 });
const server = new Server({ greet: false, gracefullyShutdown: false, transport });
server.define('bench', BenchRoom).filterBy(['room']);
process.on('SIGTERM', () => process.exit(0));
await server.listen(0, '127.0.0.1');
process.send({ url: `http://127.0.0.1:${transport.server.address().port}` });
