-- What people are up to, in their own words.
ALTER TABLE "users" ADD COLUMN "status" TEXT NOT NULL DEFAULT '';
