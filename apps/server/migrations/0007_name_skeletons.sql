ALTER TABLE "characters" ADD COLUMN "name_skeleton" text;--> statement-breakpoint
ALTER TABLE "characters" ADD CONSTRAINT "characters_name_skeleton" UNIQUE("name_skeleton");