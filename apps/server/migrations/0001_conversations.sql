CREATE TABLE "conversation_heads" (
	"conversation_id" uuid PRIMARY KEY NOT NULL,
	"head" bigint DEFAULT 0 NOT NULL,
	"last_message_at" timestamp (3) with time zone,
	"published" bigint DEFAULT 0 NOT NULL,
	"unpublished" boolean DEFAULT false NOT NULL,
	"publisher" uuid,
	"publisher_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "conversation_log" (
	"conversation_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"id" uuid,
	"actor_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"temp_id" text,
	"message_seq" bigint,
	"content" text,
	"facts" jsonb,
	"edited_seq" bigint,
	"deleted_seq" bigint,
	CONSTRAINT "conversation_log_conversation_id_seq_pk" PRIMARY KEY("conversation_id","seq")
);
--> statement-breakpoint
CREATE TABLE "conversation_members" (
	"conversation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"joined_seq" bigint NOT NULL,
	"left_seq" bigint,
	"read_seq" bigint NOT NULL,
	"delivered_seq" bigint NOT NULL,
	"muted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "conversation_members_conversation_id_user_id_pk" PRIMARY KEY("conversation_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "conversation_reactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"conversation_id" uuid NOT NULL,
	"message_seq" bigint NOT NULL,
	"user_id" uuid NOT NULL,
	"emoji" text NOT NULL,
	"seq" bigint NOT NULL,
	CONSTRAINT "conversation_reactions_once" UNIQUE("conversation_id","message_seq","user_id","emoji")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"title" text,
	"pair" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "conversations_pair" UNIQUE("pair"),
	CONSTRAINT "conversations_direct" CHECK (("conversations"."kind" = 'direct') = ("conversations"."pair" is not null))
);
--> statement-breakpoint
ALTER TABLE "conversation_heads" ADD CONSTRAINT "conversation_heads_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversation_members" ADD CONSTRAINT "conversation_members_conversation_id_conversations_id_fk" FOREIGN KEY ("conversation_id") REFERENCES "public"."conversations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "conversation_heads_unpublished" ON "conversation_heads" USING btree ("conversation_id") WHERE "conversation_heads"."unpublished";--> statement-breakpoint
CREATE UNIQUE INDEX "conversation_log_id" ON "conversation_log" USING btree ("id") WHERE "conversation_log"."id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "conversation_log_temp_id" ON "conversation_log" USING btree ("conversation_id","actor_id","temp_id") WHERE "conversation_log"."temp_id" is not null;--> statement-breakpoint
CREATE INDEX "conversation_log_messages" ON "conversation_log" USING btree ("conversation_id","seq") WHERE "conversation_log"."type" = 'message:new';--> statement-breakpoint
CREATE INDEX "conversation_members_user" ON "conversation_members" USING btree ("user_id");--> statement-breakpoint
-- Changed with every entry: with room on its page, a change touches no index.
ALTER TABLE "conversation_heads" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "conversation_members" SET (fillfactor = 80);
