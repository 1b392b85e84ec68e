CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"email" text,
	"password_hash" text,
	"roles" text[] NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"ban_reason" text,
	"banned_until" timestamp with time zone,
	"is_guest" boolean DEFAULT false NOT NULL,
	"issuer" text,
	"subject" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_name_key" UNIQUE("name_key"),
	CONSTRAINT "accounts_email" UNIQUE("email"),
	CONSTRAINT "accounts_identity" UNIQUE("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" uuid NOT NULL,
	"family_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "refresh_tokens_hash" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "admin_audit" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "admin_audit_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"actor" uuid NOT NULL,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"target" text,
	"details" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "characters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"class" text NOT NULL,
	"level" integer DEFAULT 1 NOT NULL,
	"experience" bigint DEFAULT 0 NOT NULL,
	"health" integer NOT NULL,
	"max_health" integer NOT NULL,
	"attack" integer NOT NULL,
	"defense" integer NOT NULL,
	"zone" text NOT NULL,
	"x" double precision NOT NULL,
	"y" double precision NOT NULL,
	"facing" double precision NOT NULL,
	"walked_until" timestamp (3) with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "characters_name_key" UNIQUE("name_key")
);
--> statement-breakpoint
CREATE TABLE "chat_messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "chat_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"scope" text NOT NULL,
	"from_user" uuid NOT NULL,
	"from_character" uuid,
	"from_name" text NOT NULL,
	"to_user" uuid,
	"to_name" text,
	"text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chat_messages_receiver" CHECK (("chat_messages"."channel" = 'whisper') = ("chat_messages"."to_user" is not null and "chat_messages"."to_name" is not null))
);
--> statement-breakpoint
CREATE TABLE "presence_settings" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"activity" text,
	"last_seen_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_idle_guests" ON "accounts" USING btree ("last_seen_at") WHERE "accounts"."is_guest";--> statement-breakpoint
CREATE INDEX "refresh_tokens_family" ON "refresh_tokens" USING btree ("family_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_account" ON "refresh_tokens" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_expiry" ON "refresh_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "characters_account" ON "characters" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "chat_messages_history" ON "chat_messages" USING btree ("channel","scope","id");--> statement-breakpoint
CREATE INDEX "chat_messages_from_user" ON "chat_messages" USING btree ("from_user","id");--> statement-breakpoint
CREATE INDEX "chat_messages_to_user" ON "chat_messages" USING btree ("to_user") WHERE "chat_messages"."to_user" is not null;