CREATE TABLE "admin_names" (
	"name_key" text PRIMARY KEY NOT NULL,
	"claims" integer DEFAULT 0 NOT NULL,
	"listed_at" timestamp with time zone DEFAULT now() NOT NULL
);
