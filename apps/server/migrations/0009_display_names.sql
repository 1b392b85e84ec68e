DROP INDEX IF EXISTS "accounts_name_prefix";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "display_name" text DEFAULT 'Player-' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 8) NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "display_name_key" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "display_name_skeleton" text;--> statement-breakpoint
-- Guests had public names all along, and nothing to log in with.
UPDATE "accounts" SET "display_name" = "name" WHERE "is_guest";--> statement-breakpoint
-- What was stored under logins is shown to others.
UPDATE "chat_messages" SET "from_name" = "display_name" FROM "accounts" WHERE "from_user" = "accounts"."id" AND "channel" <> 'zone';--> statement-breakpoint
UPDATE "chat_messages" SET "to_name" = "display_name" FROM "accounts" WHERE "to_user" = "accounts"."id";--> statement-breakpoint
UPDATE "notifications" SET
  "title" = replace("title", "accounts"."name", "display_name"),
  "data" = CASE WHEN "data"->'from'->>'name' = "accounts"."name" THEN jsonb_set("data", '{from,name}', to_jsonb("display_name")) ELSE "data" END
FROM "accounts" WHERE "actor_id" = "accounts"."id"
  AND ("data"->'from'->>'name' = "accounts"."name" OR "title" = 'Messages from ' || "accounts"."name");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_display_name_key" UNIQUE("display_name_key");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_display_name_skeleton" UNIQUE("display_name_skeleton");