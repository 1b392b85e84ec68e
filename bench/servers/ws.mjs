// A plain WebSocket server with the benchmark's commands and events as JSON arrays: `[name, payload]`.
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import { WebSocketServer } from 'ws';

const { JWT_SECRET, PING_INTERVAL_MS } = process.env;
const key = createSecretKey(Buffer.from(JWT_SECRET));
const http = createServer();
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const rooms = new Map();
let serial = 0;

const COMMANDS = {
  join(client, { room }) {
    if (!rooms.has(room)) rooms.set(room, new Set());
    rooms.get(room).add(client);
    client.joined.add(room);
    client.send('["joined",{"success":true}]');
  },
  say(client, { room, text, t }) {
    if (!client.joined.has(room)) return client.send('["ack",{"success":false}]');
    const frame = Buffer.from(
      JSON.stringify(['said', { id: ++serial, room, from: client.name, text, at: Date.now(), t }]),
    );
    for (const member of rooms.get(room)) member.send(frame, { binary: false });
    return client.send('["ack",{"success":true}]');
  },
  request(client, { action, target, t }) {
    client.send(JSON.stringify(['reply', { success: true, action, target, health: 73, t }]));
  },
};

function onMessage(data) {
  const [name, payload] = JSON.parse(data.toString());
  COMMANDS[name]?.(this, payload);
}

function onClose() {
  for (const room of this.joined) rooms.get(room).delete(this);
}

http.on('upgrade', (request, socket, head) => {
  let name;
  try {
    const token = new URL(request.url, 'http://localhost').searchParams.get('token');
    ({ name } = jwt.verify(token, key, { algorithms: ['HS256'] }));
  } catch {
    return socket.destroy();
  }
  return server.handleUpgrade(request, socket, head, (client) => {
    client.name = name;
    client.joined = new Set();
    client.on('message', onMessage);
    client.on('close', onClose);
    client.on('error', () => undefined);
    client.send('["welcome"]');
  });
});
setInterval(() => {
  for (const client of server.clients) client.ping();
}, Number(PING_INTERVAL_MS));
process.on('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${http.address().port}` }));
