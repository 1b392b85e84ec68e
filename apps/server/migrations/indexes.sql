-- Indexes on tables that may be large, built beside the traffic after the migrations, one statement each. They are built
-- again where an attempt before was cut off. Add lines at the end; a definition that changes gets another name.
CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_log_author" ON "conversation_log" USING btree ("actor_id","conversation_id","seq") WHERE "conversation_log"."type" = 'message:new';
CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_members_current" ON "conversation_members" USING btree ("user_id","conversation_id") WHERE "conversation_members"."left_seq" is null;
CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_members_seniority" ON "conversation_members" USING btree ("conversation_id","joined_seq","user_id") WHERE "conversation_members"."left_seq" is null;
CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_members_admins" ON "conversation_members" USING btree ("conversation_id") WHERE "conversation_members"."left_seq" is null and "conversation_members"."role" = 'admin';
CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_reactions_page" ON "conversation_reactions" USING btree ("conversation_id","message_seq","seq");
CREATE INDEX CONCURRENTLY IF NOT EXISTS "accounts_display_name_prefix" ON "accounts" USING btree ("display_name_key" collate "C");
CREATE INDEX CONCURRENTLY IF NOT EXISTS "chat_messages_awaiting" ON "chat_messages" USING btree ("to_user","from_user","id") WHERE "chat_messages"."awaits_delivery";
CREATE INDEX CONCURRENTLY IF NOT EXISTS "conversation_reactions_user" ON "conversation_reactions" USING btree ("user_id");
