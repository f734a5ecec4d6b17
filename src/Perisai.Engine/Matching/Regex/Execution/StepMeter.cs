namespace Perisai.Engine.Matching.Regex.Execution;

/// <summary>
/// Counts the steps of one search against a <see cref="ByteRegexBudget"/>. The machine counts <see cref="Left"/> down and asks
/// <see cref="Refill"/> when it is below zero; so the limits cost one subtraction a step.
/// </summary>
internal struct StepMeter(int stepsPerStart, long total, Func<bool>? keepGoing)
{
    /// <summary>Steps between two questions to the owner of the budget.</summary>
    private const int Slice = 1 << 20;

    private int _granted;
    private int _leftOfStart;
    private int _untilQuestion = Slice;

    /// <summary>Steps that may be taken before <see cref="Refill"/>.</summary>
    public int Left { get; set; }

    /// <summary>Steps left in all.</summary>
    public long Total { get; private set; } = total;

    /// <summary>A new start position. False: nothing is left, <paramref name="status"/> says of what.</summary>
    public bool BeginStart(out ByteRegexStatus status)
    {
        Settle();
        _leftOfStart = stepsPerStart;
        return Grant(out status);
    }

    /// <summary>Counts bytes that were passed over without steps.</summary>
    public void ChargeBytes(int count)
    {
        var steps = count >> 5;
        Total -= steps;
        _untilQuestion -= steps;

        // The next step asks for more, and is then refused or puts the question.
        if (Total <= 0 || _untilQuestion <= 0)
        {
            _granted -= Math.Max(Left, 0);
            Left = 0;
        }
    }

    /// <summary>The granted steps are used up: more, or the end.</summary>
    public bool Refill(out ByteRegexStatus status)
    {
        Settle();
        return Grant(out status);
    }

    /// <summary>Takes what was used from the total.</summary>
    public void Settle()
    {
        var used = _granted - Math.Max(Left, 0);
        _leftOfStart -= used;
        Total -= used;
        _untilQuestion -= used;
        _granted = Left = 0;
    }

    private bool Grant(out ByteRegexStatus status)
    {
        status = ByteRegexStatus.StepLimit;
        if (_leftOfStart <= 0 || Total <= 0)
            return false;
        if (_untilQuestion <= 0)
        {
            _untilQuestion = Slice;
            if (keepGoing is not null && !keepGoing())
            {
                status = ByteRegexStatus.Stopped;
                return false;
            }
        }

        Left = _granted = (int)Math.Min(Math.Min(_leftOfStart, Slice), Total);
        return true;
    }
}
