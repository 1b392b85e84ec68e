CREATE TABLE "inventory_items" (
	"character_id" uuid NOT NULL,
	"item_id" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "inventory_items_character_id_item_id_pk" PRIMARY KEY("character_id","item_id"),
	CONSTRAINT "inventory_items_count" CHECK ("inventory_items"."count" > 0)
);
--> statement-breakpoint
ALTER TABLE "inventory_items" ADD CONSTRAINT "inventory_items_character_id_characters_id_fk" FOREIGN KEY ("character_id") REFERENCES "public"."characters"("id") ON DELETE cascade ON UPDATE no action;