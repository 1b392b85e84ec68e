// The baseline for stored messages: runs the product's statements over `pg`, one transaction for each message.
import { createServer } from 'node:http';
import { Pool } from 'pg';

/** The pool size of the product. */
const CONNECTIONS = 10;

const LOCK = {
  name: 'lock',
  text: 'select from conversation_heads where conversation_id = $1 for no key update',
};
const SEND = {
  name: 'send',
  text: `
    with member as (
      select left_seq is null as current from conversation_members where conversation_id = $1 and user_id = $2
    ), earlier as (
      select id, seq, at from conversation_log where conversation_id = $1 and actor_id = $2 and temp_id = $3
    ), head as (
      update conversation_heads set head = head + 1, last_message_at = clock_timestamp(), unpublished = true
      where conversation_id = $1 and (select current from member) and not exists (select from earlier)
      returning head, last_message_at
    )
    insert into conversation_log (conversation_id, seq, type, id, actor_id, at, temp_id, content)
    select $1, head, 'message:new', gen_random_uuid(), $2, last_message_at, $3, $4 from head
    returning id, seq, at`,
};

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: CONNECTIONS });
let stored = 0;
let currentRun = 0;

async function store({ conversationId, userId, content }, tempId) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({ ...LOCK, values: [conversationId] });
    const { rowCount } = await client.query({ ...SEND, values: [conversationId, userId, tempId, content] });
    if (rowCount !== 1) throw new Error('a message was not stored');
    await client.query('commit');
    stored++;
  } finally {
    client.release();
  }
}

/** Each worker stores the next message when its last one is stored. */
async function work(messages, first, ownRun) {
  for (let n = first; currentRun === ownRun; n += CONNECTIONS)
    await store(messages[n % messages.length], `${ownRun} ${n}`);
}

const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const parts = await request.toArray();
    const messages = JSON.parse(Buffer.concat(parts).toString());
    currentRun++;
    for (let first = 0; messages.length > 0 && first < CONNECTIONS; first++) void work(messages, first, currentRun);
  }
  response.end(JSON.stringify({ stored }));
});

server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('SIGTERM', () => process.exit(0));
