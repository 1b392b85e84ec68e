// Inserts logged-in accounts, each with a character, directly into the database of a server.
import pg from 'pg';
import { playerUuid } from './clients/tokens.mjs';

const SESSION_LIFETIME = "now() + interval '1 day'";
const CLASS = 'ranger';
const HEALTH = 100;

export const characterIdOf = (player) => playerUuid(4, player);

/** `positions`: `{ x, y }` of the character of each player. */
export async function seedCharacters(databaseUrl, zone, positions) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const players = positions.map((_, player) => player);
  const [accounts, sessions, characters] = [1, 2, 4].map((kind) => players.map((player) => playerUuid(kind, player)));
  const names = players.map(characterNameOf);
  await client.query(
    `insert into accounts (id, name, name_key, roles)
     select id, name, lower(name), '{player}' from unnest($1::uuid[], $2::text[]) as t(id, name)`,
    [accounts, names],
  );
  await client.query(
    `insert into refresh_tokens (account_id, family_id, token_hash, created_at, expires_at)
     select account, session, session::text, now(), ${SESSION_LIFETIME} from unnest($1::uuid[], $2::uuid[]) as t(account, session)`,
    [accounts, sessions],
  );
  await client.query(
    `insert into characters
       (id, account_id, name, name_key, class, health, max_health, attack, defense, zone, x, y, facing)
     select id, account, name, lower(name), '${CLASS}', ${HEALTH}, ${HEALTH}, 1, 1, $6, x, y, 0
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::float8[], $5::float8[]) as t(id, account, name, x, y)`,
    [characters, accounts, names, positions.map(({ x }) => x), positions.map(({ y }) => y), zone],
  );
  await client.end();
}

/** Character names consist of letters only. */
function characterNameOf(player) {
  const letters = [...player.toString().padStart(6, '0')].map((digit) => 'abcdefghij'[digit]);
  return `Mover${letters.join('')}`;
}
