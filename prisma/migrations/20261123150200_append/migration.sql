-- The commit: everything that changes messages is one call of `append`, so no lock outlives a round trip. READ COMMITTED:
-- each statement in here sees what had been committed when it began, so those after the lock see the rooms as they are.

-- A room that is not held: somebody else holds it, or there is none.
CREATE FUNCTION append_absent(room uuid, patient boolean) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN NOT patient AND EXISTS (SELECT FROM rooms WHERE id = room) THEN 'busy' ELSE 'not-found' END
$$;

-- Drafts that become messages, of all rooms at once. A draft is {n, roomId, id, authorId, body, replyTo?, mentions?}.
-- `messages` are the new ones; `answers` are [n, verdict, message if known] for every other draft.
CREATE FUNCTION append_sends(drafts jsonb, missed uuid[], patient boolean, moment timestamptz) RETURNS json
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
      -- Of a room they may not see any more they are told nothing that came after: not who reacted. [M2]
      CASE WHEN (k.it).author_id = d.author_id THEN message_json(CASE WHEN m.user_id IS NULL AND r.kind <> 'public'
        THEN jsonb_populate_record(k.it, '{"reactions": null}') ELSE k.it END) END AS known,
      CASE
        WHEN r.id IS NULL THEN append_absent(d.room_id, patient)
        -- One's own message comes back whatever became of it or its author since: it did happen. Once it was changed,
        -- its body no longer tells what the draft said. [L3]
        WHEN (k.it).author_id = d.author_id AND (k.it).reply_to IS NOT DISTINCT FROM d.reply_to
          AND ((k.it).body = d.body OR (k.it).edited_at IS NOT NULL OR (k.it).deleted_at IS NOT NULL) THEN 'known'
        WHEN m.user_id IS NULL THEN CASE r.kind WHEN 'public' THEN 'forbidden' ELSE 'not-found' END
        WHEN (k.it).seq IS NOT NULL THEN 'id-taken'
        WHEN r.archived THEN 'forbidden'
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

-- The members of a room that a message names, its author apart; called with the room held.
CREATE FUNCTION append_mentions(room uuid, message_seq int, author uuid, names jsonb) RETURNS void
LANGUAGE sql VOLATILE AS $$
  INSERT INTO mentions (user_id, room_id, seq)
  SELECT DISTINCT m.user_id, room, message_seq
  FROM jsonb_array_elements_text(names) AS name
  CROSS JOIN LATERAL (SELECT id FROM users WHERE username = name OFFSET 0) u
  CROSS JOIN LATERAL (SELECT user_id FROM members WHERE room_id = room AND user_id = u.id OFFSET 0) m
  WHERE u.id <> author
$$;

-- Who may change what [M3]: a refusal, or NULL for yes.
CREATE FUNCTION append_refusal(change text, who uuid, admin boolean, room rooms, mine members, message messages)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN mine.user_id IS NULL AND room.kind <> 'public' THEN 'not-found'
    WHEN mine.user_id IS NULL AND NOT (admin AND change = 'delete') THEN 'forbidden'
    WHEN message.seq IS NULL THEN 'not-found'
    WHEN room.archived AND change <> 'delete' THEN 'forbidden'
    WHEN change = 'react' OR message.author_id = who THEN NULL
    WHEN change = 'delete' AND room.kind IN ('public', 'private') AND mine.role = 'owner' THEN NULL
    WHEN change = 'delete' AND room.kind = 'public' AND admin THEN NULL
    ELSE 'forbidden'
  END
$$;

-- The reactions with one person's choice of an emoji made or taken back; NULL when none are left.
CREATE FUNCTION append_reaction(reactions jsonb, emoji text, who text, chosen boolean) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
  SELECT nullif(CASE
    WHEN chosen THEN others || jsonb_build_object(emoji, coalesce(mine, '[]') || to_jsonb(who))
    WHEN mine - who = '[]' THEN others
    ELSE others || jsonb_build_object(emoji, mine - who)
  END, '{}')
  FROM (SELECT coalesce(reactions, '{}') - emoji AS others, reactions -> emoji AS mine) r
$$;

-- Edits, deletions and reactions, one after the other. A change is {n, kind, roomId, seq, userId, admin?, …};
-- an answer [n, verdict, message as this change left it].
CREATE FUNCTION append_changes(changes jsonb, missed uuid[], patient boolean, moment timestamptz, reaction_kinds int,
  reaction_choices int) RETURNS json LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  c record;
  room rooms;
  mine members;
  message messages;
  verdict text;
  answers json[] := '{}';
BEGIN
  FOR c IN
    SELECT * FROM jsonb_to_recordset(changes) AS w(n int, kind text, "roomId" uuid, seq int, "userId" uuid, admin boolean,
      body text, "onRev" int, emoji text, "on" boolean, mentions jsonb) ORDER BY w.n
  LOOP
    SELECT * INTO room FROM rooms WHERE id = c."roomId" AND id <> ALL (missed);
    SELECT * INTO mine FROM members WHERE room_id = room.id AND user_id = c."userId";
    SELECT * INTO message FROM messages WHERE room_id = room.id AND seq = c.seq;
    verdict := CASE
      WHEN room.id IS NULL THEN append_absent(c."roomId", patient)
      ELSE append_refusal(c.kind, c."userId", c.admin, room, mine, message)
    END;
    verdict := CASE
      WHEN verdict IS NOT NULL THEN verdict
      WHEN c.kind = 'edit' AND message.body = c.body THEN 'same'
      WHEN c.kind = 'delete' AND message.deleted_at IS NOT NULL THEN 'same'
      WHEN c.kind = 'react' AND coalesce(message.reactions -> c.emoji ? c."userId"::text, false) = c."on" THEN 'same'
      WHEN message.deleted_at IS NOT NULL OR message.rev <> c."onRev" THEN 'conflict'
      WHEN c.kind = 'react' AND c."on" AND NOT coalesce(message.reactions ? c.emoji, false)
        AND (SELECT count(*) FROM jsonb_object_keys(message.reactions)) >= reaction_kinds THEN 'too-large'
      WHEN c.kind = 'react' AND c."on"
        AND (SELECT sum(jsonb_array_length(who)) FROM jsonb_each(message.reactions) AS r(emoji, who)) >= reaction_choices
        THEN 'too-large'
      ELSE 'new'
    END;

    IF verdict = 'new' THEN
      UPDATE rooms SET rev = rev + 1, moved_at = moment WHERE id = room.id;
      UPDATE messages SET
        rev = room.rev + 1,
        body = CASE c.kind WHEN 'react' THEN body ELSE c.body END,
        reactions = CASE c.kind
          WHEN 'react' THEN append_reaction(reactions, c.emoji, c."userId"::text, c."on")
          WHEN 'edit' THEN reactions END,
        edited_at = CASE c.kind WHEN 'edit' THEN moment WHEN 'react' THEN edited_at END,
        deleted_at = CASE c.kind WHEN 'delete' THEN moment END
      WHERE room_id = room.id AND seq = c.seq
      RETURNING * INTO message;
      IF c.kind <> 'react' THEN
        DELETE FROM mentions WHERE room_id = room.id AND seq = c.seq;
        PERFORM append_mentions(room.id, c.seq, message.author_id, c.mentions);
      END IF;
    END IF;
    answers := answers || CASE
      WHEN verdict IN ('new', 'same') THEN json_build_array(c.n, verdict, message_json(message))
      ELSE json_build_array(c.n, verdict)
    END;
  END LOOP;
  RETURN array_to_json(answers);
END $$;

-- The one door. Locks the rooms in the order of their ids, so that no two commits wait for each other; those that somebody
-- else holds are waited for (patient) or left out. `debts` are cache keys whose invalidation is owed. [C8]
-- The settings make a plan count rows, not pages, and find them by key: it is made once per connection, when the tables may
-- still be empty, and has to serve when they are full.
CREATE FUNCTION append(sends jsonb, changes jsonb, patient boolean, reaction_kinds int, reaction_choices int,
  debts text[]) RETURNS json LANGUAGE plpgsql VOLATILE
SET plan_cache_mode = force_generic_plan SET random_page_cost = 0
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  wanted uuid[];
  held uuid[];
  bases int[];
  missed uuid[] := '{}';
  moment timestamptz;
  sent json;
  changed json;
  commits json;
BEGIN
  SELECT array_agg(DISTINCT (w ->> 'roomId')::uuid) INTO wanted FROM jsonb_array_elements(sends || changes) AS w;
  IF patient THEN
    SELECT array_agg(id), array_agg(rev) INTO held, bases
    FROM (SELECT id, rev FROM rooms WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE) r;
  ELSE
    SELECT array_agg(id), array_agg(rev) INTO held, bases
    FROM (SELECT id, rev FROM rooms WHERE id = ANY (wanted) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) r;
  END IF;
  IF cardinality(held) IS DISTINCT FROM cardinality(wanted) THEN
    SELECT array_agg(id) INTO missed FROM unnest(wanted) AS id WHERE id <> ALL (coalesce(held, '{}'));
  END IF;
  moment := date_trunc('milliseconds', clock_timestamp()); -- after the lock: the times of a room follow its order

  IF sends <> '[]' THEN sent := append_sends(sends, missed, patient, moment); END IF;
  IF changes <> '[]' THEN changed := append_changes(changes, missed, patient, moment, reaction_kinds, reaction_choices); END IF;
  INSERT INTO cache_debts (key) SELECT unnest(debts);

  SELECT json_agg(json_build_object('roomId', b.id, 'base', b.rev, 'rev', r.rev, 'head', r.head)) INTO commits
  FROM unnest(held, bases) AS b(id, rev)
  CROSS JOIN LATERAL (SELECT rev, head FROM rooms WHERE id = b.id OFFSET 0) r WHERE r.rev > b.rev;
  RETURN json_build_object('sent', sent, 'changed', changed, 'commits', commits);
END $$;
