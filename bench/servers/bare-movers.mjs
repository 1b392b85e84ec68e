// The baseline for movers: a bare Socket.IO server that accepts every step and broadcasts all of them once per tick.
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';

const { JWT_SECRET, PING_INTERVAL_MS } = process.env;
const TICK_MS = 100;
const POSITION_BYTES = 12;
const FULL_TURN = 65_536 / (2 * Math.PI);

const key = createSecretKey(Buffer.from(JWT_SECRET));
const http = createServer();
const io = new Server(http, { serveClient: false, pingInterval: Number(PING_INTERVAL_MS) });
const movesByEncoding = { json: new Map(), binary: new Map() };
let serial = 0;

io.use((socket, next) => {
  try {
    socket.data.name = jwt.verify(socket.handshake.auth.token, key, { algorithms: ['HS256'] }).name;
    next();
  } catch {
    next(new Error('unauthorized'));
  }
});
io.on('connection', (socket) => {
  socket.on('character:select', ({ characterId, encoding = 'json' }, ack) => {
    const n = ++serial;
    const id = encoding === 'binary' ? n : characterId;
    const positions = movesByEncoding[encoding];
    socket.on('character:move', ({ x, y, facing }) => positions.set(id, [id, x, y, facing]));
    ack({ success: true, n });
  });
});

/** Little-endian: number u16, x and y in hundredths u32, facing as a share of a full turn u16. */
function encodePositions(positions) {
  const bytes = Buffer.allocUnsafe(positions.size * POSITION_BYTES);
  let at = 0;
  for (const [n, x, y, facing] of positions.values()) {
    bytes.writeUInt16LE(n, at);
    bytes.writeUInt32LE(Math.round(x * 100), at + 2);
    bytes.writeUInt32LE(Math.round(y * 100), at + 6);
    bytes.writeUInt16LE(Math.round(facing * FULL_TURN) & 0xffff, at + 10);
    at += POSITION_BYTES;
  }
  return bytes;
}

function broadcastMoves(positions, encode) {
  if (positions.size === 0) return;
  io.emit('zone:moves', { tick: Math.floor(Date.now() / TICK_MS), moves: encode(positions) });
  positions.clear();
}

setInterval(() => {
  broadcastMoves(movesByEncoding.json, (positions) => [...positions.values()]);
  broadcastMoves(movesByEncoding.binary, encodePositions);
}, TICK_MS);
process.on('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${http.address().port}` }));
