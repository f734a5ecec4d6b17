using Perisai.Engine.Matching.Regex.Syntax;

namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// Bytes that every match holds, between <paramref name="Earliest"/> and <paramref name="Latest"/> bytes after its start.
/// </summary>
internal sealed record RequiredLiteral(byte[] Bytes, long Earliest, long Latest)
{
    /// <summary>Longer literals are cut: more bytes hardly make one rarer, and looking for it must not be slow on hostile input.</summary>
    private const int MaximumLength = 32;

    /// <summary>The longest literal that the expression cannot do without; null where there is none.</summary>
    public static RequiredLiteral? Of(RegexNode root)
    {
        var finder = new Finder();
        finder.Visit(root);
        finder.EndRun();
        return finder.Best;
    }

    private sealed class Finder
    {
        private readonly List<byte> _run = [];
        private long _runEarliest;
        private long _runLatest;
        private long _earliest;
        private long _latest;

        public RequiredLiteral? Best { get; private set; }

        public void Visit(RegexNode node)
        {
            switch (node)
            {
                case SetNode { Set: { Count: 1 } set }:
                    if (_run.Count == 0)
                        (_runEarliest, _runLatest) = (_earliest, _latest);
                    if (_run.Count < MaximumLength)
                        _run.Add(set.First);
                    Advance(node);
                    break;

                case SequenceNode sequence:
                    foreach (var item in sequence.Items)
                        Visit(item);
                    break;

                case CaptureNode capture:
                    Visit(capture.Body);
                    break;

                case AtomicNode atomic:
                    Visit(atomic.Body);
                    break;

                case RepeatNode { Minimum: >= 1 } repeat:
                    // The first copy; where more may follow it, the run ends with it.
                    EndRun();
                    var (earliest, latest) = (_earliest, _latest);
                    Visit(repeat.Body);
                    EndRun();
                    (_earliest, _latest) = (earliest, latest);
                    Advance(node);
                    break;

                case AssertionNode or LookNode:
                    break;

                default:
                    EndRun();
                    Advance(node);
                    break;
            }
        }

        public void EndRun()
        {
            if (_run.Count > (Best?.Bytes.Length ?? 0))
                Best = new RequiredLiteral([.. _run], _runEarliest, _runLatest);
            _run.Clear();
        }

        private void Advance(RegexNode node)
        {
            _earliest = Math.Min(_earliest + Math.Min(node.MinimumLength, int.MaxValue), int.MaxValue);
            _latest = node.MaximumLength == RegexNode.Unbounded || _latest == RegexNode.Unbounded || node.MaximumLength > int.MaxValue
                ? RegexNode.Unbounded
                : _latest + node.MaximumLength;
        }
    }
}
