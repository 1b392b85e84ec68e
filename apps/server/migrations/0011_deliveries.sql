CREATE TABLE "notification_absences" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"confirmed_until" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "chat_messages" ADD COLUMN "awaits_delivery" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "notification_absences_ended" ON "notification_absences" USING btree ("ended_at");
