-- Changes of rooms and of who is in them. Each is one call that locks the room's row first, as `append` does: no message
-- slips past a removal, and every change has a rev of its own. [M1]
-- They answer {refusal}, or {room, base, rev, head, joined, left} with base = rev where nothing changed.

CREATE FUNCTION room_answer(room rooms, base int, joined json, gone uuid[]) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('room', room_json(room), 'base', base, 'rev', room.rev, 'head', room.head,
    'joined', coalesce(joined, '[]'), 'left', coalesce(gone, '{}'))
$$;

CREATE FUNCTION room_refuses(code text) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT json_build_object('refusal', code)
$$;

-- Whether a room may be seen by this person: `mine` is their row in it, if any. [X5]
CREATE FUNCTION room_shown(room rooms, mine members) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT room.id IS NOT NULL AND (room.kind = 'public' OR mine.user_id IS NOT NULL)
$$;

-- Whether this person rules the room: renames it, archives it, removes members, gives roles. Nobody rules a direct room. [M3]
CREATE FUNCTION room_ruled(room rooms, mine members, admin boolean) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(CASE room.kind
    WHEN 'public' THEN admin OR mine.role = 'owner'
    WHEN 'private' THEN mine.role = 'owner' OR (admin AND mine.user_id IS NOT NULL)
  END, false)
$$;

-- `others` become members beside the creator. A direct room exists once per set of members: whoever comes second, even at
-- the same moment, is given the first one's.
CREATE FUNCTION room_create(new_id uuid, new_kind room_kind, new_title text, new_topic text, creator uuid, others uuid[])
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

-- NULL leaves a field as it is.
CREATE FUNCTION room_change(target uuid, new_title text, new_topic text, new_archived boolean, caller uuid, admin boolean)
RETURNS json LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  room rooms;
  mine members;
  base int;
BEGIN
  SELECT * INTO room FROM rooms WHERE id = target FOR NO KEY UPDATE;
  SELECT * INTO mine FROM members WHERE room_id = target AND user_id = caller;
  IF NOT room_shown(room, mine) THEN RETURN room_refuses('not-found'); END IF;
  IF NOT room_ruled(room, mine, admin) THEN RETURN room_refuses('forbidden'); END IF;
  base := room.rev;
  UPDATE rooms SET title = coalesce(new_title, title), topic = coalesce(new_topic, topic),
    archived = coalesce(new_archived, archived), rev = rev + 1, room_rev = rev + 1, moved_at = clock_timestamp()
  WHERE id = target AND (title, topic, archived)
    <> (coalesce(new_title, title), coalesce(new_topic, topic), coalesce(new_archived, archived));
  SELECT * INTO room FROM rooms WHERE id = target;
  RETURN room_answer(room, base, NULL, NULL);
END $$;

-- Joins, adds, gives a role. Whose role changed stands among the joined, in the new state.
CREATE FUNCTION room_put_member(target uuid, who uuid, new_role member_role, caller uuid, admin boolean)
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

-- Leaves or removes. An owner who goes leaves the room without one.
CREATE FUNCTION room_remove_member(target uuid, who uuid, caller uuid, admin boolean) RETURNS json
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  room rooms;
  mine members;
  base int;
BEGIN
  SELECT * INTO room FROM rooms WHERE id = target FOR NO KEY UPDATE;
  SELECT * INTO mine FROM members WHERE room_id = target AND user_id = caller;
  IF NOT room_shown(room, mine) THEN RETURN room_refuses('not-found'); END IF;
  IF room.kind NOT IN ('public', 'private') OR (who <> caller AND NOT room_ruled(room, mine, admin)) THEN
    RETURN room_refuses('forbidden');
  END IF;
  base := room.rev;
  DELETE FROM members WHERE room_id = target AND user_id = who;
  IF NOT FOUND THEN RETURN room_answer(room, base, NULL, NULL); END IF;
  DELETE FROM mentions WHERE room_id = target AND user_id = who;
  UPDATE rooms SET rev = rev + 1, members_rev = rev + 1, moved_at = clock_timestamp(), member_count = member_count - 1,
    room_rev = CASE WHEN owner_id = who THEN rev + 1 ELSE room_rev END,
    owner_id = CASE WHEN owner_id = who THEN NULL ELSE owner_id END
  WHERE id = target RETURNING * INTO room;
  RETURN room_answer(room, base, NULL, ARRAY[who]);
END $$;

-- Moves somebody's reading up (keeping the maximum of all devices) or down (on purpose), never beyond the head. Raises no
-- rev: it is nobody else's change, so the room need not be locked.
CREATE FUNCTION room_mark(target uuid, who uuid, up_to int, down boolean) RETURNS json LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  room rooms;
  marked int;
  moved boolean;
BEGIN
  SELECT * INTO room FROM rooms WHERE id = target;
  up_to := least(up_to, room.head);
  UPDATE members SET last_read = up_to WHERE room_id = target AND user_id = who
    AND CASE WHEN down THEN last_read > up_to ELSE last_read < up_to END;
  moved := FOUND;
  SELECT last_read INTO marked FROM members WHERE room_id = target AND user_id = who;
  IF NOT FOUND THEN RETURN room_refuses(CASE room.kind WHEN 'public' THEN 'forbidden' ELSE 'not-found' END); END IF;
  RETURN json_build_object('lastRead', marked, 'moved', moved, 'memberCount', room.member_count);
END $$;
