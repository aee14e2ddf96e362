// Reads the ends of lines as Lark's Indenter does: what comes of how the next line is indented is a token
// without text of its own. Inside brackets lines do not count, so that brackets are read here too.

#include "tree_sitter/parser.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define TAB @TAB@
#define MOST_LEVELS 250
#define NOTHING -1
#define OTHER -2

enum { NEWLINE, INDENT, DEDENT, JOIN, BRACKETS };

typedef struct {
  uint16_t depth;               // brackets that are open
  uint16_t column;              // where the line begins that was read last
  uint16_t turning;             // whether its indents and dedents are still to come
  uint16_t count;               // of levels
  uint16_t levels[MOST_LEVELS]; // columns of the blocks that are open, from the outermost on
} Lines;

// By bracket, in the order of the external tokens: what it adds to the depth.
static const int8_t adds[] = {@ADDS@ 0};

// The automaton of what is read here: from a state by a character to a state, and what is read whole there.
static int step(int state, int32_t c) {
  switch (state) {
@STEPS@
  }
  return NOTHING;
}

static int whole(int state) {
  switch (state) {
@WHOLE@
  }
  return NOTHING;
}

static bool is_blank(int32_t c) { return @BLANK@; }

static uint16_t top(const Lines *lines) { return lines->levels[lines->count - 1]; }

void *@PREFIX@_create(void) {
  Lines *lines = calloc(1, sizeof(Lines));
  lines->count = 1;
  return lines;
}

void @PREFIX@_destroy(void *payload) { free(payload); }

unsigned @PREFIX@_serialize(void *payload, char *buffer) {
  const Lines *lines = payload;
  const unsigned size = offsetof(Lines, levels) + lines->count * sizeof(uint16_t);
  memcpy(buffer, lines, size);
  return size;
}

void @PREFIX@_deserialize(void *payload, const char *buffer, unsigned length) {
  Lines *lines = payload;
  memset(lines, 0, sizeof(Lines));
  lines->count = 1;
  if (length) memcpy(lines, buffer, length);
}

// The indents and dedents of a line, one at a time. One that goes back to where no block began is indented again:
// that fits nowhere.
static bool turn(Lines *lines, TSLexer *lexer) {
  if (lines->column > top(lines) && lines->count < MOST_LEVELS) {
    lines->levels[lines->count++] = lines->column;
    lines->turning = false;
    lexer->result_symbol = INDENT;
    return true;
  }
  if (lines->column < top(lines)) {
    lines->count--;
    lines->turning = lines->column != top(lines);
    lexer->result_symbol = DEDENT;
    return true;
  }
  lines->turning = false;
  return false;
}

bool @PREFIX@_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Lines *lines = payload;
  lexer->mark_end(lexer);
  if (lines->turning && turn(lines, lexer)) return true;

  int state = 0, found = NOTHING;
  uint16_t column = 0, end = 0;
  bool begun = false, over = false, ended = false;
  while (!lexer->eof(lexer)) {
    const int32_t c = lexer->lookahead;
    int next = state == NOTHING ? NOTHING : step(state, c);
    if (!begun && is_blank(c)) {
      lexer->advance(lexer, true);
      state = next == NOTHING ? 0 : next;
      continue;
    }
    if (!begun && next == NOTHING) next = step(0, c);
    if (next == NOTHING) break;
    begun = true;
    lexer->advance(lexer, false);
    state = next;
    if (c == '\n') {
      column = 0;
      over = true;
    }
    else if (c == ' ') column++;
    else if (c == '\t') column += TAB;
    if (whole(state) != NOTHING) {
      found = whole(state);
      end = column;
      ended = over;
      lexer->mark_end(lexer);
    }
  }
  if (!begun && lexer->eof(lexer) && lines->count > 1) {
    lines->count--;
    lexer->result_symbol = DEDENT;
    return true;
  }
  if (found == NEWLINE) {
    if (!ended && !lines->depth) return false; // a comment at the end of the text
    lexer->result_symbol = lines->depth ? JOIN : NEWLINE;
    if (!lines->depth) {
      lines->column = end;
      lines->turning = true;
    }
    return true;
  }
  if (found < BRACKETS || !valid[found]) return false;
  const int8_t added = adds[found - BRACKETS];
  if (added > 0 || lines->depth) lines->depth += added;
  lexer->result_symbol = found;
  return true;
}
