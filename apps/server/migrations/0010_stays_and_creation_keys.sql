CREATE SEQUENCE "public"."character_stays" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
ALTER TABLE "characters" ADD COLUMN "place_stay" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "characters" ADD COLUMN "place_step" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "conversations" ADD COLUMN "creation_key" text;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_creation_key" UNIQUE("creation_key");