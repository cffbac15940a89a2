-- The tables of schema.prisma, named as Prisma would name them.

CREATE TYPE "room_kind" AS ENUM ('public', 'private', 'direct', 'thread');
CREATE TYPE "member_role" AS ENUM ('owner', 'member');

-- The one value that names this incarnation of the database. [R5]
CREATE TABLE "epoch" (
  "id" INTEGER NOT NULL DEFAULT 1,
  "value" TEXT NOT NULL,
  CONSTRAINT "epoch_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "epoch_is_one_row" CHECK ("id" = 1)
);
INSERT INTO "epoch" ("value") VALUES (gen_random_uuid()::text);

CREATE TABLE "users" (
  "id" UUID NOT NULL,
  "username" TEXT NOT NULL,
  "display_name" TEXT NOT NULL,
  "password_hash" TEXT NOT NULL,
  "generation" INTEGER NOT NULL DEFAULT 1,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "users_username_key" ON "users" ("username");

-- Every commit writes its room's row: room on the page keeps those updates away from the indexes.
CREATE TABLE "rooms" (
  "id" UUID NOT NULL,
  "kind" "room_kind" NOT NULL,
  "title" TEXT NOT NULL,
  "topic" TEXT NOT NULL DEFAULT '',
  "owner_id" UUID,
  "parent_room_id" UUID,
  "parent_seq" INTEGER,
  "archived" BOOLEAN NOT NULL DEFAULT false,
  "head" INTEGER NOT NULL DEFAULT 0,
  "rev" INTEGER NOT NULL DEFAULT 1,
  "room_rev" INTEGER NOT NULL DEFAULT 1,
  "members_rev" INTEGER NOT NULL DEFAULT 1,
  "member_count" INTEGER NOT NULL DEFAULT 0,
  "direct_key" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "moved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "rooms_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "rooms_direct_has_key" CHECK (("kind" = 'direct') = ("direct_key" IS NOT NULL)),
  CONSTRAINT "rooms_counters" CHECK (0 <= "head" AND "head" <= "rev" AND "room_rev" <= "rev" AND "members_rev" <= "rev")
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX "rooms_direct_key_key" ON "rooms" ("direct_key");

CREATE TABLE "members" (
  "room_id" UUID NOT NULL,
  "user_id" UUID NOT NULL,
  "role" "member_role" NOT NULL DEFAULT 'member',
  "last_read" INTEGER NOT NULL DEFAULT 0,
  "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITH (fillfactor = 80);
CREATE INDEX "members_user_id_room_id_idx" ON "members" ("user_id", "room_id");
ALTER TABLE "members" ADD CONSTRAINT "members_pkey" PRIMARY KEY ("room_id", "user_id");

-- No foreign keys here: `append` proves room and author under the room's lock, for a whole batch at once.
CREATE TABLE "messages" (
  "room_id" UUID NOT NULL,
  "seq" INTEGER NOT NULL,
  "id" UUID NOT NULL,
  "rev" INTEGER NOT NULL,
  "author_id" UUID NOT NULL,
  "body" TEXT,
  "reply_to" INTEGER,
  "reactions" JSONB,
  "sent_at" TIMESTAMPTZ(3) NOT NULL,
  "edited_at" TIMESTAMPTZ(3),
  "deleted_at" TIMESTAMPTZ(3),
  CONSTRAINT "messages_tombstone_is_empty" CHECK (("body" IS NULL) = ("deleted_at" IS NOT NULL) AND ("body" IS NOT NULL OR "reactions" IS NULL))
);
CREATE INDEX "messages_room_id_rev_idx" ON "messages" ("room_id", "rev");
CREATE UNIQUE INDEX "messages_id_room_id_key" ON "messages" ("id", "room_id");
ALTER TABLE "messages" ADD CONSTRAINT "messages_pkey" PRIMARY KEY ("room_id", "seq");

CREATE TABLE "mentions" (
  "user_id" UUID NOT NULL,
  "room_id" UUID NOT NULL,
  "seq" INTEGER NOT NULL,
  CONSTRAINT "mentions_pkey" PRIMARY KEY ("user_id", "room_id", "seq")
);
CREATE INDEX "mentions_room_id_seq_idx" ON "mentions" ("room_id", "seq");

CREATE TABLE "cache_debts" (
  "id" BIGSERIAL NOT NULL,
  "key" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "cache_debts_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "rooms" ADD CONSTRAINT "rooms_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "members" ADD CONSTRAINT "members_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
