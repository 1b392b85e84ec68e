-- The indexes of this version that are on large tables are in indexes.sql: built here, they would keep everybody from writing.
CREATE TABLE "conversation_reaction_counts" (
	"conversation_id" uuid NOT NULL,
	"message_seq" bigint NOT NULL,
	"emoji" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "conversation_reaction_counts_conversation_id_message_seq_emoji_pk" PRIMARY KEY("conversation_id","message_seq","emoji")
);
--> statement-breakpoint
CREATE TABLE "conversation_unpublished" (
	"conversation_id" uuid PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "deletion_requested_at" timestamp with time zone;
--> statement-breakpoint
CREATE INDEX "accounts_deletion" ON "accounts" USING btree ("deletion_requested_at") WHERE "accounts"."deletion_requested_at" is not null;
--> statement-breakpoint
-- Counts the reactions, whichever server writes them: those of a release before this one do not know the table.
CREATE FUNCTION conversation_reactions_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO conversation_reaction_counts AS known (conversation_id, message_seq, emoji, count)
		VALUES (NEW.conversation_id, NEW.message_seq, NEW.emoji, 1)
		ON CONFLICT (conversation_id, message_seq, emoji) DO UPDATE SET count = known.count + 1;
	ELSE
		UPDATE conversation_reaction_counts SET count = count - 1
		WHERE conversation_id = OLD.conversation_id AND message_seq = OLD.message_seq AND emoji = OLD.emoji;
		DELETE FROM conversation_reaction_counts
		WHERE conversation_id = OLD.conversation_id AND message_seq = OLD.message_seq AND emoji = OLD.emoji AND count <= 0;
	END IF;
	RETURN NULL;
END $$;
--> statement-breakpoint
-- From here on until the commit nobody reacts, so that none is left out below.
CREATE TRIGGER conversation_reactions_count AFTER INSERT OR DELETE ON "conversation_reactions"
	FOR EACH ROW EXECUTE FUNCTION conversation_reactions_count();
--> statement-breakpoint
INSERT INTO "conversation_reaction_counts" ("conversation_id", "message_seq", "emoji", "count")
	SELECT "conversation_id", "message_seq", "emoji", count(*) FROM "conversation_reactions" GROUP BY 1, 2, 3;
--> statement-breakpoint
ALTER TABLE "conversation_unpublished" SET (fillfactor = 50);
