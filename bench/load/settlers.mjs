// Accounts that are logged in, each with a character that stands somewhere: put straight into the database of a server.
import pg from 'pg';
import { idOf } from './tokens.mjs';

const LIFE = "now() + interval '1 day'";
const CLASS = 'ranger';
const HEALTH = 100;

export const characterOf = (player) => idOf(4, player);

/** `places`: where the character of each player stands, `{ x, y }`. */
export async function settle(databaseUrl, zone, places) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const players = places.map((_, player) => player);
  const [accounts, sessions, characters] = [1, 2, 4].map((kind) => players.map((player) => idOf(kind, player)));
  const names = players.map(nameOf);
  await client.query(
    `insert into accounts (id, name, name_key, roles)
     select id, name, lower(name), '{player}' from unnest($1::uuid[], $2::text[]) as t(id, name)`,
    [accounts, names],
  );
  await client.query(
    `insert into refresh_tokens (account_id, family_id, token_hash, created_at, expires_at)
     select account, session, session::text, now(), ${LIFE} from unnest($1::uuid[], $2::uuid[]) as t(account, session)`,
    [accounts, sessions],
  );
  await client.query(
    `insert into characters
       (id, account_id, name, name_key, class, health, max_health, attack, defense, zone, x, y, facing)
     select id, account, name, lower(name), '${CLASS}', ${HEALTH}, ${HEALTH}, 1, 1, $6, x, y, 0
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::float8[]) as t(id, account, name, x, y)`,
    [characters, accounts, names, places.map(({ x }) => x), places.map(({ y }) => y), zone],
  );
  await client.end();
}

/** Of letters alone, as names of characters are. */
function nameOf(player) {
  const letters = [...player.toString().padStart(6, '0')].map((digit) => 'abcdefghij'[digit]);
  return `Mover${letters.join('')}`;
}
