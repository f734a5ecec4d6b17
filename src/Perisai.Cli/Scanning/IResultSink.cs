namespace Perisai.Cli.Scanning;

/// <summary>Takes the results of a scan, one after another, in the order of the walk whatever the number of threads.</summary>
internal interface IResultSink
{
    void Add(ScanResult result);
}
