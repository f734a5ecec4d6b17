namespace Perisai.Engine.Containers.MachOFat;

/// <summary>What can be wrong with a fat Mach-O file.</summary>
internal static class MachOFatFaults
{
    public const string TruncatedTable = "machofat.truncated-table";
    public const string TooManySlices = "machofat.too-many-slices";
    public const string BadSlice = "machofat.bad-slice";
    public const string HiddenSlice = "machofat.hidden-slice";
}
