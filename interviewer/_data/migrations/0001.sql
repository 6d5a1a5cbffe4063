-- Sessions, their questions, every word said, every judgement and grade. Times are ISO 8601 in UTC; order is by number,
-- never by time, for a clock may be set back.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started TEXT NOT NULL,
  ended TEXT,
  bank TEXT NOT NULL,
  title TEXT NOT NULL,
  mode TEXT NOT NULL,
  judge TEXT NOT NULL,
  trust TEXT NOT NULL,
  plan TEXT NOT NULL
);
-- One row per attempt: going back to a question begins another.
CREATE TABLE questions (
  session INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  question TEXT NOT NULL,
  section TEXT NOT NULL,
  section_title TEXT NOT NULL,
  rubric TEXT NOT NULL,
  asked TEXT NOT NULL,
  closed TEXT,
  outcome TEXT NOT NULL,
  grade TEXT,
  PRIMARY KEY (session, place, attempt)
);
CREATE TABLE turns (
  session INTEGER NOT NULL,
  place INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL,
  point TEXT,
  prompt TEXT NOT NULL,
  text TEXT NOT NULL,
  said TEXT NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (session, place, attempt, number),
  FOREIGN KEY (session, place, attempt) REFERENCES questions (session, place, attempt) ON DELETE CASCADE
);
-- `answers` is how many answers had been given when the point was judged: 1 is the first answer alone.
CREATE TABLE judgements (
  session INTEGER NOT NULL,
  place INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  answers INTEGER NOT NULL,
  point TEXT NOT NULL,
  verdict TEXT NOT NULL,
  judgement TEXT NOT NULL,
  usage TEXT NOT NULL,
  judged TEXT NOT NULL,
  PRIMARY KEY (session, place, attempt, answers, point),
  FOREIGN KEY (session, place, attempt) REFERENCES questions (session, place, attempt) ON DELETE CASCADE
);
-- What is being typed, one draft a session.
CREATE TABLE drafts (
  session INTEGER PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  prompt TEXT NOT NULL,
  text TEXT NOT NULL,
  seconds REAL NOT NULL,
  typed TEXT NOT NULL
);
