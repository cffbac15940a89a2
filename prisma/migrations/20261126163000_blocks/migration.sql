-- Who wants nothing to do with whom. [M4]
CREATE TABLE "blocks" (
  "user_id" UUID NOT NULL,
  "blocked_id" UUID NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "blocks_pkey" PRIMARY KEY ("user_id", "blocked_id"),
  CONSTRAINT "blocks_somebody_else" CHECK ("user_id" <> "blocked_id")
);
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "blocks" ADD CONSTRAINT "blocks_blocked_id_fkey" FOREIGN KEY ("blocked_id") REFERENCES "users" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- NULL where all is well. What was blocked already is so once.
CREATE FUNCTION block_put(who uuid, whom uuid, most int) RETURNS json LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF who = whom THEN RETURN room_refuses('forbidden'); END IF;
  IF NOT EXISTS (SELECT FROM users WHERE id = whom) THEN RETURN room_refuses('not-found'); END IF;
  PERFORM FROM users WHERE id = who FOR NO KEY UPDATE; -- one at a time, else two of them could exceed the bound
  IF (SELECT count(*) FROM blocks WHERE user_id = who AND blocked_id <> whom) >= most THEN
    RETURN room_refuses('too-large');
  END IF;
  INSERT INTO blocks (user_id, blocked_id) VALUES (who, whom) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- Whether somebody else in this room has blocked them.
CREATE FUNCTION append_unwelcome(room uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM members o JOIN blocks b ON b.user_id = o.user_id AND b.blocked_id = who
    WHERE o.room_id = room AND o.user_id <> who)
$$;

-- Drafts that become messages, of all rooms at once. A draft is {n, roomId, id, authorId, body, replyTo?, mentions?}.
-- `messages` are the new ones; `answers` are [n, verdict, message if known] for every other draft.
CREATE OR REPLACE FUNCTION append_sends(drafts jsonb, missed uuid[], patient boolean, moment timestamptz) RETURNS json
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  fresh json;
  answers json;
  named jsonb;
  name jsonb;
  raised uuid[];
  heads int[];
  revs int[];
BEGIN
  WITH draft AS (
    SELECT d.n, d."roomId" AS room_id, d.id, d."authorId" AS author_id, d.body, d."replyTo" AS reply_to, d.mentions
    FROM jsonb_to_recordset(drafts)
      AS d(n int, "roomId" uuid, id uuid, "authorId" uuid, body text, "replyTo" int, mentions jsonb)
  ), judged AS (
    SELECT d.*, r.head, r.rev,
      -- Of a room they may not see any more they are told nothing that came after: not who reacted or pinned. [M2]
      CASE WHEN (k.it).author_id = d.author_id THEN message_json(CASE WHEN m.user_id IS NULL AND r.kind <> 'public'
        THEN jsonb_populate_record(k.it, '{"reactions": null, "pinned_at": null, "pinned_by": null}') ELSE k.it END) END AS known,
      CASE
        WHEN r.id IS NULL THEN append_absent(d.room_id, patient)
        -- One's own message comes back whatever became of it or its author since: it did happen. Once it was changed,
        -- its body no longer tells what the draft said. [L3]
        WHEN (k.it).author_id = d.author_id AND (k.it).reply_to IS NOT DISTINCT FROM d.reply_to
          AND ((k.it).body = d.body OR (k.it).edited_at IS NOT NULL OR (k.it).deleted_at IS NOT NULL) THEN 'known'
        WHEN m.user_id IS NULL THEN CASE r.kind WHEN 'public' THEN 'forbidden' ELSE 'not-found' END
        WHEN (k.it).seq IS NOT NULL THEN 'id-taken'
        WHEN r.archived THEN 'forbidden'
        WHEN r.kind = 'direct' AND r.member_count = 2 AND EXISTS (SELECT FROM members o
          JOIN blocks b ON b.user_id = o.user_id AND b.blocked_id = d.author_id
          WHERE o.room_id = r.id AND o.user_id <> d.author_id) THEN 'forbidden'
        WHEN d.reply_to NOT BETWEEN 1 AND r.head THEN 'bad-input'
        ELSE 'new'
      END AS verdict
    FROM draft d
    -- Looked up draft by draft, each by its own index: a plan must not depend on how full the tables were when it was made.
    LEFT JOIN LATERAL (SELECT * FROM rooms WHERE id = d.room_id AND id <> ALL (missed) OFFSET 0) r ON true
    LEFT JOIN LATERAL (SELECT * FROM members WHERE room_id = r.id AND user_id = d.author_id OFFSET 0) m ON true
    LEFT JOIN LATERAL (SELECT m AS it FROM messages m WHERE id = d.id AND (room_id = r.id) IS TRUE OFFSET 0) k ON true
  ), compared AS (
    SELECT j.n, j.room_id, j.id, j.author_id, j.body, j.reply_to, j.mentions, j.head, j.rev, j.known,
      CASE
        WHEN j.verdict <> 'new' OR first_value(j.n) OVER copies = j.n THEN j.verdict
        WHEN first_value(j.author_id) OVER copies = j.author_id AND first_value(j.body) OVER copies = j.body
          AND first_value(j.reply_to) OVER copies IS NOT DISTINCT FROM j.reply_to THEN 'copy'
        ELSE 'id-taken'
      END AS verdict
    FROM judged j WINDOW copies AS (PARTITION BY j.room_id, j.id, j.verdict ORDER BY j.n)
  ), placed AS (
    SELECT c.*, head + row_number() OVER one_room AS seq, rev + row_number() OVER one_room AS new_rev
    FROM compared c WHERE verdict = 'new' WINDOW one_room AS (PARTITION BY room_id ORDER BY n)
  ), inserted AS (
    INSERT INTO messages AS m (room_id, seq, id, rev, author_id, body, reply_to, sent_at)
    SELECT room_id, seq, id, new_rev, author_id, body, reply_to, moment FROM placed
    RETURNING message_json(m) AS message
  ), marked AS (
    -- They are members, so nothing is inserted: an upsert finds its row by key, where a join could be planned the wrong way
    -- round while the tables are small.
    INSERT INTO members AS m (room_id, user_id, last_read)
    SELECT room_id, author_id, max(seq) FROM placed GROUP BY room_id, author_id
    ON CONFLICT (room_id, user_id) DO UPDATE SET last_read = excluded.last_read
  )
  SELECT (SELECT json_agg(message) FROM inserted),
    (SELECT json_agg(json_build_array(n, verdict, CASE verdict WHEN 'known' THEN known END)) FROM compared
      WHERE verdict <> 'new'),
    (SELECT jsonb_agg(jsonb_build_array(room_id, author_id, seq, mentions)) FROM placed WHERE mentions IS NOT NULL),
    r.ids, r.heads, r.revs
  INTO fresh, answers, named, raised, heads, revs
  FROM (
    SELECT array_agg(room_id) AS ids, array_agg(head) AS heads, array_agg(rev) AS revs
    FROM (SELECT room_id, max(seq) AS head, max(new_rev) AS rev FROM placed GROUP BY room_id) p
  ) r;
  UPDATE rooms SET head = heads[array_position(raised, id)], rev = revs[array_position(raised, id)], moved_at = moment
  WHERE id = ANY (raised);
  FOR name IN SELECT * FROM jsonb_array_elements(named) LOOP
    PERFORM append_mentions((name ->> 0)::uuid, (name ->> 2)::int, (name ->> 1)::uuid, name -> 3);
  END LOOP;
  RETURN json_build_object('messages', fresh, 'answers', answers);
END $$;

-- The members of a room that a message names, its author apart, and whoever blocked them; called with the room held.
CREATE OR REPLACE FUNCTION append_mentions(room uuid, message_seq int, author uuid, names jsonb) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO mentions (user_id, room_id, seq)
  SELECT DISTINCT m.user_id, room, message_seq
  FROM jsonb_array_elements_text(names) AS name
  CROSS JOIN LATERAL (SELECT id FROM users WHERE username = name OFFSET 0) u
  CROSS JOIN LATERAL (SELECT user_id FROM members WHERE room_id = room AND user_id = u.id OFFSET 0) m
  WHERE u.id <> author AND NOT EXISTS (SELECT FROM blocks WHERE user_id = u.id AND blocked_id = author)
$$;

-- Who may change what [M3]: a refusal, or NULL for yes.
CREATE OR REPLACE FUNCTION append_refusal(change text, who uuid, admin boolean, room rooms, mine members, message messages)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN mine.user_id IS NULL AND room.kind <> 'public' THEN 'not-found'
    WHEN mine.user_id IS NULL AND NOT (admin AND change = 'delete') THEN 'forbidden'
    WHEN message.seq IS NULL THEN 'not-found'
    WHEN change = 'delete' AND message.author_id = who THEN NULL
    WHEN room.archived AND change <> 'delete' THEN 'forbidden'
    WHEN room.kind = 'direct' AND room.member_count = 2 AND append_unwelcome(room.id, who) THEN 'forbidden'
    WHEN change IN ('react', 'pin') OR message.author_id = who THEN NULL
    WHEN change = 'delete' AND room.kind IN ('public', 'private') AND mine.role = 'owner' THEN NULL
    WHEN change = 'delete' AND room.kind = 'public' AND admin THEN NULL
    ELSE 'forbidden'
  END
$$;

-- `others` become members beside the creator. A direct room exists once per set of members: whoever comes second, even at
-- the same moment, is given the first one's. Nobody is brought together with somebody who blocked them.
CREATE OR REPLACE FUNCTION room_create(new_id uuid, new_kind room_kind, new_title text, new_topic text, creator uuid, others uuid[])
RETURNS json LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  everyone uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(others || creator) AS id ORDER BY id);
  owner uuid := CASE WHEN new_kind <> 'direct' THEN creator END;
  key text := CASE WHEN new_kind = 'direct' THEN array_to_string(everyone, ',') END;
  room rooms;
BEGIN
  IF (SELECT count(*) FROM users WHERE id = ANY (everyone)) < cardinality(everyone) THEN
    RETURN room_refuses('not-found');
  END IF;
  SELECT * INTO room FROM rooms WHERE direct_key = key;
  IF FOUND THEN RETURN room_answer(room, room.rev, NULL, NULL); END IF;
  IF EXISTS (SELECT FROM blocks WHERE user_id = ANY (everyone) AND blocked_id = creator) THEN
    RETURN room_refuses('forbidden');
  END IF;
  INSERT INTO rooms (id, kind, title, topic, owner_id, member_count, direct_key)
  VALUES (new_id, new_kind, new_title, new_topic, owner, cardinality(everyone), key)
  ON CONFLICT (direct_key) DO NOTHING RETURNING * INTO room;
  IF NOT FOUND THEN
    SELECT * INTO room FROM rooms WHERE direct_key = key;
    RETURN room_answer(room, room.rev, NULL, NULL);
  END IF;
  INSERT INTO members (room_id, user_id, role)
  SELECT new_id, id, CASE WHEN id = owner THEN 'owner' ELSE 'member' END::member_role FROM unnest(everyone) AS id;
  RETURN room_answer(room, 0, (SELECT json_agg(member_json(m)) FROM members m WHERE m.room_id = new_id), NULL);
END $$;

-- Joins, adds, gives a role. Whose role changed stands among the joined, in the new state.
CREATE OR REPLACE FUNCTION room_put_member(target uuid, who uuid, new_role member_role, caller uuid, admin boolean)
RETURNS json LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  room rooms;
  mine members;
  theirs members;
  base int;
  former uuid;
BEGIN
  SELECT * INTO room FROM rooms WHERE id = target FOR NO KEY UPDATE;
  SELECT * INTO mine FROM members WHERE room_id = target AND user_id = caller;
  SELECT * INTO theirs FROM members WHERE room_id = target AND user_id = who;
  IF NOT room_shown(room, mine) THEN RETURN room_refuses('not-found'); END IF;
  IF room.kind NOT IN ('public', 'private') THEN RETURN room_refuses('forbidden'); END IF;
  IF theirs.role = coalesce(new_role, theirs.role) THEN RETURN room_answer(room, room.rev, NULL, NULL); END IF;
  IF NOT room_ruled(room, mine, admin)
    AND (new_role = 'owner' OR theirs.user_id IS NOT NULL OR (who <> caller AND mine.user_id IS NULL)) THEN
    RETURN room_refuses('forbidden');
  END IF;
  IF NOT EXISTS (SELECT FROM users WHERE id = who) THEN RETURN room_refuses('not-found'); END IF;
  IF theirs.user_id IS NULL AND EXISTS (SELECT FROM blocks WHERE user_id = who AND blocked_id = caller) THEN
    RETURN room_refuses('forbidden');
  END IF;

  base := room.rev;
  IF new_role = 'owner' THEN
    UPDATE members SET role = 'member' WHERE room_id = target AND user_id = room.owner_id RETURNING user_id INTO former;
  END IF;
  INSERT INTO members (room_id, user_id, role, last_read) VALUES (target, who, coalesce(new_role, 'member'), room.head)
  ON CONFLICT (room_id, user_id) DO UPDATE SET role = excluded.role;
  UPDATE rooms SET rev = rev + 1, members_rev = rev + 1, moved_at = clock_timestamp(),
    member_count = member_count + CASE WHEN theirs.user_id IS NULL THEN 1 ELSE 0 END,
    owner_id = CASE WHEN new_role = 'owner' THEN who WHEN owner_id = who THEN NULL ELSE owner_id END
  WHERE id = target RETURNING * INTO room;
  IF room.owner_id = who OR theirs.role = 'owner' THEN
    UPDATE rooms SET room_rev = rev WHERE id = target;
  END IF;
  RETURN room_answer(room, base,
    (SELECT json_agg(member_json(m)) FROM members m WHERE m.room_id = target AND m.user_id IN (who, former)), NULL);
END $$;
