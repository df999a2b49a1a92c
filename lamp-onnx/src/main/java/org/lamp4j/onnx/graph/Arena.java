package org.lamp4j.onnx.graph;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime's memory pool of a device comes to hold, if it grows by what is asked for: a request takes the
 * smallest free piece that is large enough, of which the rest is left over if it is as large again; a piece that is
 * given back joins its free neighbours of the same growth.
 */
final class Arena {

    private static final long ALIGNMENT = 256;

    /** A rest of this size is split off in any case. */
    private static final long LARGE_REST = 128L << 20;

    private final TreeSet<Piece> free = new TreeSet<>(
            Comparator.comparingLong((Piece piece) -> piece.bytes).thenComparingLong(piece -> piece.number));

    private long heldBytes;
    private long pieces;

    /** A piece of memory, between its neighbours. */
    static final class Piece {
        private final long number;
        private long bytes;
        private boolean isFree;
        private @Nullable Piece before;
        private @Nullable Piece after;

        private Piece(long number, long bytes) {
            this.number = number;
            this.bytes = bytes;
        }
    }

    /** Returns all memory that was ever asked of the device. */
    long heldBytes() {
        return heldBytes;
    }

    Piece take(long byteCount) {
        long wanted = (byteCount + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        Piece piece = free.ceiling(new Piece(0, wanted));
        if (piece == null) {
            heldBytes += wanted;
            return new Piece(++pieces, wanted);
        }
        leave(piece);
        if (piece.bytes >= 2 * wanted || piece.bytes - wanted >= LARGE_REST) {
            Piece rest = new Piece(++pieces, piece.bytes - wanted);
            piece.bytes = wanted;
            join(rest, piece.after);
            join(piece, rest);
            enter(rest);
        }
        return piece;
    }

    void giveBack(Piece piece) {
        Piece after = piece.after;
        if (after != null && after.isFree) {
            leave(after);
            swallow(piece, after);
        }
        Piece before = piece.before;
        if (before != null && before.isFree) {
            leave(before);
            swallow(before, piece);
            enter(before);
        } else {
            enter(piece);
        }
    }

    private static void swallow(Piece piece, Piece after) {
        piece.bytes += after.bytes;
        join(piece, after.after);
    }

    private static void join(Piece before, @Nullable Piece after) {
        before.after = after;
        if (after != null) {
            after.before = before;
        }
    }

    private void enter(Piece piece) {
        piece.isFree = true;
        free.add(piece);
    }

    private void leave(Piece piece) {
        piece.isFree = false;
        free.remove(piece);
    }
}
