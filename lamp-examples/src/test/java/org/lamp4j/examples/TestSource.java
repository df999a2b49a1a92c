package org.lamp4j.examples;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The source of a test class, for what its methods say. A method's content is what stands in it, in its annotations,
 * and in the methods and constants of the same file that it uses, or whose name it gives as a source of arguments.
 */
final class TestSource {

    /** Stands in a joined string for what is computed, which no sentence goes across. */
    private static final char COMPUTED = '\0';

    private final Map<String, Set<Tree>> members;

    private TestSource(Map<String, Set<Tree>> members) {
        this.members = members;
    }

    /** Parses a file. */
    static TestSource parse(Path file) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, Set<Tree>> members = new HashMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task =
                    (JavacTask) compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
            for (CompilationUnitTree unit : task.parse()) {
                new MemberScan(members).scan(unit, null);
            }
        }
        return new TestSource(members);
    }

    /** Returns whether the file has a test of that name. */
    boolean hasTest(String method) {
        return members.getOrDefault(method, Set.of()).stream()
                .filter(MethodTree.class::isInstance)
                .map(MethodTree.class::cast)
                .flatMap(tree -> tree.getModifiers().getAnnotations().stream())
                .anyMatch(annotation -> List.of("Test", "ParameterizedTest")
                        .contains(annotation.getAnnotationType().toString()));
    }

    /** Returns what a method contains. */
    Content content(String method) {
        ContentScan scan = new ContentScan();
        scan.visitMember(method);
        return new Content(scan.strings, scan.visited);
    }

    /**
     * What a method contains.
     *
     * @param strings its strings, joined where they are added to each other
     * @param names what it refers to by a simple name
     */
    record Content(Set<String> strings, Set<String> names) {

        boolean expectsError() {
            return names.stream().anyMatch(name -> name.matches("assert\\w*(Exception|Thrown|Throws)\\w*"));
        }
    }

    /** Finds methods and fields. */
    private static final class MemberScan extends TreeScanner<Void, Void> {
        private final Map<String, Set<Tree>> members;

        MemberScan(Map<String, Set<Tree>> members) {
            this.members = members;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            return add(method.getName().toString(), method); // not into it: its variables are no members
        }

        @Override
        public Void visitVariable(VariableTree field, Void unused) {
            return add(field.getName().toString(), field);
        }

        private Void add(String name, Tree member) {
            members.computeIfAbsent(name, key -> new LinkedHashSet<>()).add(member);
            return null;
        }
    }

    /** Collects strings and names, and goes on to the members that are named. */
    private final class ContentScan extends TreeScanner<Void, Void> {
        private final Set<String> strings = new LinkedHashSet<>();
        private final Set<String> visited = new LinkedHashSet<>();

        void visitMember(String name) {
            if (visited.add(name)) {
                members.getOrDefault(name, Set.of()).forEach(member -> scan(member, null));
            }
        }

        @Override
        public Void visitIdentifier(IdentifierTree identifier, Void unused) {
            visitMember(identifier.getName().toString());
            return null;
        }

        @Override
        public Void visitLiteral(LiteralTree literal, Void unused) {
            if (literal.getValue() instanceof String text) {
                strings.add(text);
                visitMember(text); // @MethodSource("cases")
            }
            return null;
        }

        @Override
        public Void visitBinary(BinaryTree expression, Void unused) {
            if (expression.getKind() == Tree.Kind.PLUS) {
                strings.add(joined(expression));
            }
            return super.visitBinary(expression, unused);
        }

        private String joined(ExpressionTree expression) {
            if (expression instanceof LiteralTree literal) {
                return String.valueOf(literal.getValue());
            }
            if (expression instanceof ParenthesizedTree inner) {
                return joined(inner.getExpression());
            }
            if (expression instanceof BinaryTree sum && sum.getKind() == Tree.Kind.PLUS) {
                return joined(sum.getLeftOperand()) + joined(sum.getRightOperand());
            }
            if (expression instanceof IdentifierTree name) {
                return constant(name.getName().toString());
            }
            return String.valueOf(COMPUTED);
        }

        private String constant(String name) {
            return members.getOrDefault(name, Set.of()).stream()
                    .filter(VariableTree.class::isInstance)
                    .map(field -> ((VariableTree) field).getInitializer())
                    .filter(LiteralTree.class::isInstance)
                    .findFirst()
                    .map(this::joined)
                    .orElse(String.valueOf(COMPUTED));
        }
    }
}
