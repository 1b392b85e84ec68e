CREATE TABLE "combat_state" (
	"id" integer PRIMARY KEY NOT NULL,
	"secret" text NOT NULL,
	"swept_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fight_entries" (
	"fight_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"turn" integer NOT NULL,
	"public" jsonb NOT NULL,
	"private" jsonb,
	CONSTRAINT "fight_entries_fight_id_seq_pk" PRIMARY KEY("fight_id","seq")
);
--> statement-breakpoint
CREATE TABLE "fight_inputs" (
	"fight_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"user_id" uuid,
	"action_id" uuid,
	"input" jsonb,
	"turn" integer NOT NULL,
	"first_seq" integer NOT NULL,
	"last_seq" integer NOT NULL,
	CONSTRAINT "fight_inputs_fight_id_number_pk" PRIMARY KEY("fight_id","number")
);
--> statement-breakpoint
CREATE TABLE "fight_monsters" (
	"monster_id" text PRIMARY KEY NOT NULL,
	"fight_id" uuid NOT NULL,
	"returns_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "fight_players" (
	"fight_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"character_id" uuid NOT NULL,
	"role" text NOT NULL,
	"must_respawn" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "fight_players_fight_id_user_id_pk" PRIMARY KEY("fight_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "fight_seeds" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"drawn" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fights" (
	"id" uuid PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"phase" text NOT NULL,
	"created_by" uuid NOT NULL,
	"spectators" text NOT NULL,
	"delay_turns" integer NOT NULL,
	"zone" text,
	"x" double precision,
	"y" double precision,
	"rules_version" integer NOT NULL,
	"data_hash" text NOT NULL,
	"server_seed" text NOT NULL,
	"commitment" text NOT NULL,
	"client_seeds" jsonb NOT NULL,
	"players" jsonb NOT NULL,
	"setup" jsonb,
	"state" jsonb,
	"clocks" jsonb NOT NULL,
	"seq" integer DEFAULT 0 NOT NULL,
	"published" integer DEFAULT 0 NOT NULL,
	"deadline" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "fight_entries" ADD CONSTRAINT "fight_entries_fight_id_fights_id_fk" FOREIGN KEY ("fight_id") REFERENCES "public"."fights"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fight_inputs" ADD CONSTRAINT "fight_inputs_fight_id_fights_id_fk" FOREIGN KEY ("fight_id") REFERENCES "public"."fights"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fight_monsters" ADD CONSTRAINT "fight_monsters_fight_id_fights_id_fk" FOREIGN KEY ("fight_id") REFERENCES "public"."fights"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fight_players" ADD CONSTRAINT "fight_players_fight_id_fights_id_fk" FOREIGN KEY ("fight_id") REFERENCES "public"."fights"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "fight_inputs_action" ON "fight_inputs" USING btree ("fight_id","user_id","action_id") WHERE "fight_inputs"."action_id" is not null;--> statement-breakpoint
CREATE INDEX "fight_inputs_entries" ON "fight_inputs" USING btree ("fight_id","first_seq");--> statement-breakpoint
CREATE INDEX "fight_monsters_fight" ON "fight_monsters" USING btree ("fight_id");--> statement-breakpoint
CREATE UNIQUE INDEX "fight_players_fighting" ON "fight_players" USING btree ("user_id") WHERE "fight_players"."role" = 'fighting';--> statement-breakpoint
CREATE INDEX "fight_players_invited" ON "fight_players" USING btree ("user_id") WHERE "fight_players"."role" = 'invited';--> statement-breakpoint
CREATE INDEX "fight_players_character" ON "fight_players" USING btree ("character_id") WHERE "fight_players"."role" <> 'done' or "fight_players"."must_respawn" > 0;--> statement-breakpoint
CREATE INDEX "fight_players_user" ON "fight_players" USING btree ("user_id","fight_id");--> statement-breakpoint
CREATE INDEX "fights_due" ON "fights" USING btree ("due_at") WHERE "fights"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "fights_unpublished" ON "fights" USING btree ("updated_at") WHERE "fights"."published" < "fights"."seq";--> statement-breakpoint
CREATE INDEX "fights_ended" ON "fights" USING btree ("ended_at") WHERE "fights"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "fights_active" ON "fights" USING btree ("created_at","id") WHERE "fights"."phase" = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "fights_challenge" ON "fights" USING btree ("created_by") WHERE "fights"."phase" = 'invited';