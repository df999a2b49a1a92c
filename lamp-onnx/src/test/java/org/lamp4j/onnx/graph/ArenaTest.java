package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArenaTest {

    private static final long KIB = 1 << 10;

    private final Arena arena = new Arena();

    @Test
    void take_pieceGivenBack_isUsedAgainByWhatFits() {
        arena.giveBack(arena.take(8 * KIB));
        arena.take(8 * KIB);
        arena.take(8 * KIB);

        assertThat(arena.heldBytes()).isEqualTo(16 * KIB);
    }

    @Test
    void take_halfOfAFreePiece_leavesTheRestToOthers() {
        arena.giveBack(arena.take(8 * KIB));
        arena.take(4 * KIB);
        arena.take(4 * KIB);

        assertThat(arena.heldBytes()).isEqualTo(8 * KIB);
    }

    @Test
    void take_moreThanHalfOfAFreePiece_takesItWhole() {
        arena.giveBack(arena.take(8 * KIB));
        arena.take(5 * KIB);
        arena.take(3 * KIB);

        assertThat(arena.heldBytes()).isEqualTo(11 * KIB);
    }

    @Test
    void giveBack_neighboursOfOneGrowth_joinAgain() {
        arena.giveBack(arena.take(9 * KIB));
        Arena.Piece first = arena.take(3 * KIB);
        Arena.Piece second = arena.take(3 * KIB);
        Arena.Piece third = arena.take(3 * KIB);
        arena.giveBack(first);
        arena.giveBack(third);
        arena.giveBack(second);
        arena.take(9 * KIB);

        assertThat(arena.heldBytes()).isEqualTo(9 * KIB);
    }

    @Test
    void giveBack_piecesOfTwoGrowths_doNotJoin() {
        Arena.Piece first = arena.take(4 * KIB);
        Arena.Piece second = arena.take(4 * KIB);
        arena.giveBack(first);
        arena.giveBack(second);
        arena.take(8 * KIB);

        assertThat(arena.heldBytes()).isEqualTo(16 * KIB);
    }
}
