// The baseline for actions in fights: runs the product's statements over `pg`, one transaction for each action.
import { createServer } from 'node:http';
import { Pool } from 'pg';

/** The pool size of the product. */
const CONNECTIONS = 10;

const LOCK = {
  name: 'lock',
  text: `select id, mode, phase, created_by, spectators, delay_turns, zone, x, y, rules_version, data_hash, server_seed,
    commitment, client_seeds, players, state, clocks, seq, published,
    (extract(epoch from deadline) * 1000)::float8 as deadline, (extract(epoch from due_at) * 1000)::float8 as due_at,
    (extract(epoch from clock_timestamp()) * 1000)::float8 as now
    from fights where id = $1 for no key update`,
};
const SAVE = {
  name: 'save',
  text: `
    with added_entries as (
      insert into fight_entries (fight_id, seq, turn, public, private)
      select $1, (entry->>'seq')::int, (entry->>'turn')::int, entry->'public', entry->'private'
      from jsonb_array_elements($2::jsonb) as entry
    ), added_input as (
      insert into fight_inputs (fight_id, number, user_id, action_id, input, turn, first_seq, last_seq)
      values ($1, $3, $4, gen_random_uuid(), $5::jsonb, $6, $7, $8)
    )
    update fights set state = $9::jsonb, clocks = $10::jsonb, seq = $8, deadline = clock_timestamp() + interval '20 s',
      due_at = clock_timestamp() + interval '20.5 s', updated_at = clock_timestamp(), phase = 'active', published = $8
    where id = $1
    returning (extract(epoch from deadline) * 1000)::float8 as deadline`,
};

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: CONNECTIONS });
let stored = 0;
let currentRun = 0;

/** Repeats the last step of a fight with the next numbers. */
async function act(fight) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query({ ...LOCK, values: [fight.id] });
    const { seq, state, clocks } = rows[0];
    const entries = fight.entries.map((entry, index) => ({ ...entry, seq: seq + 1 + index }));
    const last = seq + entries.length;
    const numbers = [++fight.number, fight.userId, JSON.stringify(fight.input), fight.number, seq + 1, last];
    const values = [fight.id, JSON.stringify(entries), ...numbers, JSON.stringify(state), JSON.stringify(clocks)];
    await client.query({ ...SAVE, values });
    await client.query('commit');
    stored++;
  } finally {
    client.release();
  }
}

/** Each worker takes the next step when its last one is stored. */
async function work(fights, first, ownRun) {
  for (let n = first; currentRun === ownRun; n += CONNECTIONS) await act(fights[n % fights.length]);
}

const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    const fights = JSON.parse(Buffer.concat(await request.toArray()).toString());
    currentRun++;
    for (let first = 0; fights.length > 0 && first < CONNECTIONS; first++) void work(fights, first, currentRun);
  }
  response.end(JSON.stringify({ stored }));
});

server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
process.on('SIGTERM', () => process.exit(0));
